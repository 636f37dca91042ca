r"""The spellings of mathematics: which characters and commands mean the same, and what kind of thing each is.

- `prepared(text)`: Unicode's mathematics as LaTeX, and no marks of mathematics around or inside.
- `RELATIONS`, `OPERATORS`, `OPENERS`, `CLOSERS`, `BARS`: commands and characters by what they are.
- `TYPE_OF_WORDS`, `DROPPED`, `SKIPPED_ARGUMENT`: commands that set type: around words, by themselves, with an argument.
"""

from __future__ import annotations

import re

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_RAISED = re.compile(f"[{''.join(_SUPERSCRIPTS)}]+")
_LOWERED = re.compile(f"[{''.join(_SUBSCRIPTS)}]+")
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψω",
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
            "psi omega"
        ).split(),
        strict=True,
    )
)
_COMMANDS = {
    "·⋅∙•": "cdot",
    "×": "times",
    "÷": "div",
    "±": "pm",
    "∓": "mp",
    "≤": "le",
    "≥": "ge",
    "≠": "ne",
    "≈": "approx",
    "∈": "in",
    "∪": "cup",
    "∩": "cap",
    "∖": "setminus",
    "∞": "infty",
    "∅": "emptyset",
    "√": "sqrt",
    "°º": "degree",
    "⟨": "langle",
    "⟩": "rangle",
}
_FRACTIONS = dict(zip("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞", "12 13 23 14 34 15 25 35 45 16 56 18 38 58 78".split(), strict=True))
_MARKS = re.compile(r"\\\\|\\[()\[\]]")
_TABLE = str.maketrans(
    {
        # Invisible: zero width, soft hyphen, marks of direction that move nothing. Overrides of direction are not here.
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad\u200e\u200f", ""),
        **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u205f\u3000", " "),
        **dict.fromkeys("\u2009\u202f", "\\,"),
        **dict.fromkeys("−–‐‑﹣－", "-"),
        **dict.fromkeys("’‘′", "'"),
        **dict.fromkeys("∕⁄", "/"),
        **{character: f"\\{name} " for characters, name in _COMMANDS.items() for character in characters},
        **{character: f"\\{name} " for character, name in _GREEK.items()},
        **{character: f"\\frac{digits}" for character, digits in _FRACTIONS.items()},
        **{character: f"\\mathbb{{{name}}}" for character, name in zip("ℝℤℕℚ", "RZNQ", strict=True)},
        "∛": "\\sqrt[3] ",
    }
)

RELATIONS = {
    **{name: name for name in ("=", "<", ">", "in", "sim", "perp", "parallel")},
    **dict.fromkeys(("le", "leq", "leqslant"), "<="),
    **dict.fromkeys(("ge", "geq", "geqslant"), ">="),
    **dict.fromkeys(("ne", "neq"), "!="),
    **dict.fromkeys(("approx", "simeq"), "~"),
    **dict.fromkeys(("equiv", "cong"), "=="),
    **dict.fromkeys(("to", "rightarrow", "mapsto"), "->"),
    "lt": "<",
    "gt": ">",
    "colon": ":",
    "mid": "|",
}
OPERATORS = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("setminus", "backslash"), "setminus"),
    "div": "/",
    "pm": "±",
    "mp": "∓",
    "cup": "cup",
    "cap": "cap",
}
JOINERS = {**dict.fromkeys(("wedge", "land"), "and"), **dict.fromkeys(("vee", "lor"), "or")}
OPENERS = {"lbrace": "{", "langle": "<", "lvert": "|<", "lfloor": "floor", "lceil": "ceil"}
CLOSERS = {"rbrace": "}", "rangle": ">", "rvert": ">|", "rfloor": "floor", "rceil": "ceil"}
BARS = {"vert", "Vert", "lVert", "rVert", "|"}
TYPE_OF_SYMBOLS = set("boxed fbox mathrm mathbf mathit bm boldsymbol mathcal mathfrak mathscr rm".split())
TYPE_OF_WORDS = TYPE_OF_SYMBOLS | set(
    "text mbox textbf textit textnormal textrm mathsf operatorname emph textsf texttt hbox".split()
)
DROPPED = set(
    "left right displaystyle textstyle limits nolimits quad qquad big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr "
    "Biggl Biggr middle mathstrut strut thinspace medspace negthinspace tiny small large bf it cr".split()
)
SKIPPED_ARGUMENT = set("hspace vspace phantom hphantom color label tag".split())
BASE_NAMES = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve sixteen".split(),
        (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16),
        strict=True,
    )
)


def prepared(text: str) -> str:
    """The text with Unicode's mathematics as LaTeX, and without marks of mathematics around and inside it."""
    if not text.isascii():
        text = _RAISED.sub(lambda run: "^{" + "".join(map(_SUPERSCRIPTS.__getitem__, run[0])) + "}", text)
        text = _LOWERED.sub(lambda run: "_{" + "".join(map(_SUBSCRIPTS.__getitem__, run[0])) + "}", text)
        text = text.translate(_TABLE)
    if "\\(" in text or "\\[" in text:
        # After `\\\\`, a row's end, a bracket is just that.
        text = _MARKS.sub(lambda mark: mark[0] if mark[0] == "\\\\" else " ", text)
    text = text.replace("{:}", ":")
    if "$" in text:
        text = text.replace("\\$", "\0")
        if text.count("$") % 2:  # One dollar is left over: it stands for money.
            text = text.replace("$", "\0", 1)
        text = text.replace("$", " ").replace("\0", "\\$")
    return text.strip()
