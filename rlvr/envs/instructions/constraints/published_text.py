r"""Sentences and tokens as the published checkers of IF-RLVR split them.

- `published_sentences(text)`: by IFEval's own rules, which know some abbreviations and no line breaks.
- `published_tokens(text)`: about as NLTK's `word_tokenize` does, whose data is a download: a mark is a token, and so
  is each half of a contraction (`do`, `n't`).
- `outer_tokens(text)`, `sentence_tokens(sentence)`: those at its beginning and end, and those of one sentence.
- `published_count(keyword, text)`: how often a keyword is found, as a regular expression in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

from rlvr.envs.instructions.constraints.keyword_finding import published_pattern
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import MOST

# A full stop that ends nothing, and the end of a sentence, while rules are applied: noncharacters, in no text.
_KEPT, _STOP = "\ufdd0", "\ufdd1"

_New = str | Callable[[re.Match[str]], str]

_OPENER = r"(?:Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|Wherever|(?:He|She|It|They|Their|Our|We|But|However|That|This)\s)"


def _with_stops_kept(found: re.Match[str]) -> str:
    return found[0].replace(".", _KEPT)


def _compiled(*rules: tuple[str, _New]) -> tuple[tuple[re.Pattern[str], _New], ...]:
    return tuple((re.compile(pattern), new) for pattern, new in rules)


_FIRST_RULES = _compiled(
    (r"\.(?:(?<=(?:Mr|Ms|St|Dr)\.)|(?<=Mrs\.))", _KEPT),
    (r"\.(com|net|org|io|gov|edu|me)", rf"{_KEPT}\1"),
    # The second digit is used up, so the last point of "1.2.3" still ends a sentence.
    (r"[0-9]\.[0-9]", _with_stops_kept),
    (r"\.\.+", lambda run: _with_stops_kept(run) + _STOP),
    (r"Ph\.D\.", f"Ph{_KEPT}D{_KEPT}"),
    (r"\. (?<=\s[A-Za-z]\. )", f"{_KEPT} "),
)
# They only change texts in which a letter stands between two full stops.
_DOTTED_RULES = _compiled(
    # Here and below the next word is used up: it does not begin another match.
    (rf"((?:[A-Z]\.){{2,3}}) ({_OPENER})", rf"\1{_STOP} \2"),
    (r"[A-Za-z]\.[A-Za-z]\.[A-Za-z]\.", _with_stops_kept),
    (r"[A-Za-z]\.[A-Za-z]\.", _with_stops_kept),
)
_DOTTED = re.compile(r"\.[A-Za-z]\.")
_COMPANY_RULES = _compiled(
    (rf"( (?:Inc|Ltd|Jr|Sr|Co))\. ({_OPENER})", rf"\1{_STOP} \2"),
    (r"\.(?:(?<= [A-Za-z]\.)|(?<= (?:Jr|Sr|Co)\.)|(?<= (?:Inc|Ltd)\.))", _KEPT),
)
# A full stop leaves a quotation, and every mark ends a sentence.
_LAST_RULES = (
    (".”", "”."),
    ('."', '".'),
    ('!"', '"!'),
    ('?"', '"?'),
    (".", f".{_STOP}"),
    ("!", f"!{_STOP}"),
    ("?", f"?{_STOP}"),
)

_TOKEN = re.compile(
    r"\.\.+|--|`+|[:,](?!\d)|[;@#$%&?!*()\[\]{}<>\"«»“”‘’„\u2012-\u2015]"
    r"|(?:[^\s;@#$%&?!*()\[\]{}<>\"«»“”‘’„\u2012-\u2015`:,.\-]+|\.(?!\.)|-(?!-)|[:,](?=\d))+"
)
_CLITIC = re.compile(r"(?<=[^'])(?:'[smd]|'ll|'re|'ve|n't|')$", re.IGNORECASE)
_CLOSING = frozenset("])}>\"'»”’")
_HALVES = {"cannot": 3, "gonna": 3, "gotta": 3, "wanna": 3, "gimme": 3, "lemme": 3}

_MOST_CHARACTERS = 100_000
_READ = 10_000
"""Characters that are read at the beginning and at the end of a sentence."""


def published_sentences(text: str) -> list[str]:
    r"""The sentences of a text, without white space around them. Between two marks there is an empty one.

    The rules are those of `split_into_sentences` in IFEval's `instructions_util.py`, which IF-RLVR took over.
    What comes after the first `MOST`, or after 100,000 characters, belongs to the last one.

    Example:
        >>> published_sentences("Mr. Smith came.\nWhat?! A list\n- without stops")
        ['Mr. Smith came.', 'What?', '!', 'A list - without stops']
    """
    text, rest = text[:_MOST_CHARACTERS], text[_MOST_CHARACTERS:]
    text = f" {text}  ".replace("\n", " ")
    for pattern, new in (*_FIRST_RULES, *(_DOTTED_RULES if _DOTTED.search(text) else ()), *_COMPANY_RULES):
        text = pattern.sub(new, text)
    for old, plain in _LAST_RULES:
        text = text.replace(old, plain)
    found = text.replace(_KEPT, ".").split(_STOP, MOST)
    found[-1] = found[-1].replace(_STOP, "") + rest
    found = [one.strip() for one in found]
    return found if found[-1] else found[:-1]


def published_tokens(text: str) -> list[str]:
    r"""The tokens of a text, about as NLTK's `word_tokenize` has them.

    A full stop is a token of its own at the end of a sentence, elsewhere it stays with its word. Opening and closing
    quotation marks are two tokens, as in the Penn Treebank.

    Example:
        >>> published_tokens('I can\'t, at 10:30 p.m. "Why?"')
        ['I', 'ca', "n't", ',', 'at', '10:30', 'p.m.', '``', 'Why', '?', "''"]
    """
    return list(chain.from_iterable(map(sentence_tokens, punkt_sentences(text))))


def outer_tokens(text: str) -> list[str]:
    """The tokens of the first three and of the last three sentences: enough for the first and the last three tokens."""
    found = punkt_sentences(text)
    return list(chain.from_iterable(map(sentence_tokens, [*found[:3], *found[3:][-3:]])))


def sentence_tokens(sentence: str) -> list[str]:
    """The tokens of one sentence that is not blank. Of more than 20,000 characters the middle is not read."""
    if len(sentence) > 2 * _READ:
        sentence = sentence[:_READ] + sentence[-_READ:]
    found = _TOKEN.findall(sentence)
    if '"' in sentence or "'" in sentence or not _HALVES.keys().isdisjoint(map(str.lower, found)):
        found = [part for token in _TOKEN.finditer(sentence) for part in _parts(token, sentence)]
    last = len(found) - 1
    while last > 0 and (found[last] in _CLOSING or found[last] == "''"):
        last -= 1
    if found[last][-1:] == "." and found[last].strip("."):
        found[last : last + 1] = [found[last][:-1], "."]
    return found


def published_count(keyword: str, text: str) -> int:
    """How often a keyword is found as a regular expression, in any case and also inside longer words."""
    return len(published_pattern(keyword.strip()).findall(text))


def _parts(token: re.Match[str], sentence: str) -> list[str]:
    """What one run of characters without white space and marks is cut into."""
    word = token[0]
    if word == '"':
        before = sentence[token.start() - 1 : token.start()]
        return ["``"] if not before or before.isspace() or before in "([{<" else ["''"]
    if word.lower() in _HALVES:
        cut = _HALVES[word.lower()]
        return [word[:cut], word[cut:]]
    if "'" not in word:
        return [word]
    clitic = _CLITIC.search(word)
    if clitic is None or clitic.start() == 0:
        return [word]
    return [word[: clitic.start()], clitic[0]]
