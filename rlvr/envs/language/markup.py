r"""Take out of a text what is in no language: LaTeX, code, addresses, tags, names of points and functions.

Everything is one pass of a regular expression that cannot backtrack far: a construct that is never closed is given up
at the next mark of its kind, so each part of the text is looked at a fixed number of times. Only single classes are
repeated possessively: before 3.11.5, Python mismatched groups that were (`(?:...)*+`).

- `strip_markup(text)`: LaTeX, code, URLs, e-mail addresses, tags and entities become white space.
- `strip_names(text)`: so do `sin`, `gcd`, `cm`, `ABC`, which are the same in most languages.
"""

from __future__ import annotations

import re

# Environments that hold formulas or code, with all that is in them; of others, such as `itemize`, only the marks go.
_ENVIRONMENTS = (
    "align|alignat|aligned|array|asy|bmatrix|cases|code|displaymath|eqnarray|equation|flalign|gather|gathered|lstlisting"
    "|math|matrix|minted|multline|pmatrix|smallmatrix|split|subequations|tabular|tikzpicture|verbatim|vmatrix|Vmatrix"
)
_ENVIRONMENT = re.compile(
    rf"\\begin\{{(?:{_ENVIRONMENTS})\*?\}}(?:[^\\]++|\\(?!begin\{{|end\{{).)*\\end\{{(?:{_ENVIRONMENTS})\*?\}}",
    re.DOTALL,
)
_NESTING = 3  # environments in one another that are taken out whole, from the inside

_MARKUP = re.compile(
    r"""
    ```(?:[^`]++|`(?!``))*(?:```|\Z)                      # a fence; one that is never closed was cut: all the rest
    |~~~(?:[^~]++|~(?!~~))*(?:~~~|\Z)
    |`[^`\n]*+`                                           # inline code
    |\$\$[^$]*+\$\$                                       # display
    |\$(?![\s$])(?:[^$\n\\]++|\\[^\n])*(?<!\s)\$(?!\d)    # inline, as Pandoc tells it from `$5 and $6`
    |\\\[(?:[^\\]++|\\[^()\[\]])*\\\]
    |\\\((?:[^\\]++|\\[^()\[\]])*\\\)
    |\[asy\](?:[^\[]++|\[(?!/?asy\]))*\[/asy\]            # figures in MATH and AoPS
    |\\(?:begin|bibliography|cite|documentclass|end|eqref|hspace|href|includegraphics|input|label|ref|tag|url
        |usepackage|vspace)\*?(?:\[[^\[\]\n]{0,200}+\])?\{[^{}\n]{0,200}+\}
    |\\[A-Za-z]++\*?                                      # other commands: what they are applied to stays
    |\\[^A-Za-z]
    |</?[A-Za-z][\w:.-]{0,60}+(?:\s[^<>=\n]{0,60}+=[^<>\n]{0,400}+)?\s{0,9}+/?>
    |<[|｜][^<>\s]{0,60}+>                                # <|im_end|>
    |<!--(?:[^<-]++|-(?!->)|<(?!!--))*-->
    |&(?:\#\d{1,7}|\#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});
    """,
    re.VERBOSE | re.DOTALL,
)
# In texts without spaces a URL ends where Chinese, Japanese or Korean begins.
_URL = re.compile(r"(?:\b[A-Za-z][A-Za-z0-9+.-]{0,10}+://|\bwww\.)[!-;=?-~\u00a1-\u1fff]++", re.ASCII)
_URL_MARK = re.compile(r"://|www\.")  # Found several times faster than a URL, which may begin at any letter.
_SCHEME = 11  # letters before the mark, at most
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
# From its @ to the end of its word: a pattern that begins with one character is found fast. Its start is cut off later.
_EMAIL = re.compile(r"@(?<=[A-Za-z0-9]@)[A-Za-z0-9][!-~]*+")

# A single letter is no name. A class that is not repeated comes first: the search skips to it, several times faster.
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f]++")
_NAMES = frozenset(
    "arccos arcsin arctan cos cosh cot csc deg det dim exp gcd inf ker lcm lim ln log max min mod sec sin sinh sqrt sup"
    " tan tanh cm dm kg km mg ml mm kWh".split()
)
_CAPITALS = 4  # at most, in a name such as ABCD


def strip_markup(text: str) -> str:
    r"""`text` with a space in the place of everything that is markup.

    Taken out whole are fenced and inline code, formulas (`$...$`, `$$...$$`, `\(...\)`, `\[...\]`, environments of
    mathematics and code), URLs, e-mail addresses, tags such as `<think>` and `<|im_end|>`, comments and entities of
    HTML. Of other commands, such as `\textbf{Answer}` or `\begin{itemize}`, what they are applied to stays. What was
    never closed is no construct and stays. Only a fence runs to the end of the text, as it does in
    Markdown. Linear in the text.

    Example:
        >>> strip_markup(r"<think>Since $x^2 = 4$, `solve(x)` gives \textbf{two} roots.").split()
        ['Since', ',', 'gives', '{two}', 'roots.']
    """
    for _ in range(_NESTING):
        if "\\begin{" not in text:
            break
        text, found = _ENVIRONMENT.subn(" ", text)
        if not found:
            break
    text = _MARKUP.sub(" ", text)
    if "://" in text or "www." in text:
        text = _without_urls(text)
    if "@" in text:
        text = _without_emails(text)
    return text


def strip_names(text: str) -> str:
    """`text` without names of functions and units, and without two to four capitals that stand alone.

    Example:
        >>> strip_names("三角形ABC中，sin B = 3 cm").split()
        ['三角形', '中，', 'B', '=', '3']
    """
    return _LATIN_WORD.sub(_without_name, text)


def _without_name(word: re.Match[str]) -> str:
    found = word[0]
    if found in _NAMES:
        return " "
    if not (found.isupper() and len(found) <= _CAPITALS):
        return found
    # In a row (`THE CAT`) capitals are words: two letters beside a space show it.
    start, end = word.span()
    before, after = word.string[max(0, start - 3) : start], word.string[end : end + 3]
    in_row = any(len(side) == 3 and side.isupper() and " " in side for side in (before, after))
    return found if in_row else " "


def _without_urls(text: str) -> str:
    """`_URL.sub(" ", text)`, but nothing that stands too far before a mark to be a scheme is looked at."""
    kept, done = [], 0
    while mark := _URL_MARK.search(text, done):
        url = _URL.search(text, max(done, mark.start() - _SCHEME))
        if url is None:
            break
        kept.append(text[done : url.start()])
        done = url.end()
    return " ".join([*kept, text[done:]])


def _without_emails(text: str) -> str:
    """With a space for each run of printable ASCII that holds an e-mail address."""
    kept, done = [], 0
    for email in _EMAIL.finditer(text):
        kept.append(text[done : email.start()].rstrip(_PRINTABLE))
        done = email.end()
    return " ".join([*kept, text[done:]])
