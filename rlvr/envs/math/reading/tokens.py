r"""Characters to tokens, in one pass over the text.

- `Token`: kind, text, and whether white space stood before it.
- `tokenize(text)`: the tokens of an answer, LaTeX or plain; marks that only set type are dropped.

Kinds: `num` (an `int` or a `Fraction`), `letter`, `text` (words), `cmd` (a command or the name of a function), `op`,
`rel`, `sep`, `open`, `close`, `begin`, `end` (of an environment; without a value, of the text), `deg`, `pct`, `money`,
`base` (`(digits, base)`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

from rlvr.envs.math.reading.notation import (
    BARS,
    BASE_NAMES,
    CLOSERS,
    DROPPED,
    JOINERS,
    OPENERS,
    OPERATORS,
    RELATIONS,
    SKIPPED_ARGUMENT,
    TYPE_OF_SYMBOLS,
    TYPE_OF_WORDS,
    prepared,
)
from rlvr.envs.math.reading.tree import Unreadable
from rlvr.envs.math.reading.words import CURRENCIES, FUNCTIONS, LETTER_UNITS, SEPARATORS, SHORT_UNITS, SYMBOLS

MAX_TOKENS = 600
"""More tokens than these are not read."""

MAX_DIGITS = 400
"""A number of more digits is not read: conversion takes quadratic time."""


class Token(NamedTuple):
    """One token; see the module for the kinds."""

    kind: str
    value: Any
    spaced: bool = False
    """White space stood before it."""


# Thousands in groups of three. A bare comma groups only outside brackets, where it cannot part two coordinates.
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:\{,\}[0-9]{3})+|(?:\\,[0-9]{3})+|(?:\{\\,\}[0-9]{3})+|(?:,\\!\s*[0-9]{3})+"
    r"|(?:\\[ ][0-9]{3})+|(?:~[0-9]{3})+|(?:\\;[0-9]{3})+|(?:[ ][0-9]{3})+(?!\s*/)|(?:'[0-9]{3})+)"
    r"(?![0-9])(?:\.[0-9]+)?"
)
_COMMAS = re.compile(r"(?<![0-9],)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])(?:\.[0-9]+)?")
_REPEATING = re.compile(r"([0-9]*)\.([0-9]*)\\(?:overline|bar|dot)\s*(?:\{\s*([0-9]+)\s*\}|([0-9]))")
_PLAIN = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_PROGRAMMED = re.compile(r"([+-]?)\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)[eE]([+-]?[0-9]{1,4})")
# Words before an answer that change nothing; "it is 41 or it is" does.
_PREFIX = re.compile(
    r"\\(?:text|mbox|textrm|textnormal)\{(?![^{}]*(?:[0-9]|\b(?:not|or|nor|either|neither|than|times|minus)\b))"
    r"(?:[^{}]*\b(?:is|are|be|equals)\s*:?|\s*answer\s*:?)\s*\}"
    r"|(?:approximately|approx\.?|about|roughly|exactly|only)\s+",
    re.IGNORECASE,
)
_FIGURES = re.compile("[0-9=]")
_SCIENTIFIC = re.compile(r"((?:[0-9]+\.[0-9]+|[0-9]+(?=E)))[eE]([+-]?[0-9]{1,4})(?![0-9A-Za-z.])")
_BASE = re.compile(
    r"(?:\(\s*([0-9A-Za-z]+)\s*\)|([0-9][0-9A-Za-z]*)|\\(?:text|mathrm)\{\s*([0-9A-Za-z]+)\s*\})"
    r"\s*_\s*(?:\{\s*(?:\\(?:text|mathrm|mbox)\{\s*)?([A-Za-z]{3,7}|[0-9]{1,2})\s*\}?\s*\}|([0-9]{1,2}))(?![0-9])"
)
_DEGREES = re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z])|\{\s*\\degree\s*\})|\\degree(?![A-Za-z])")
_NAME = re.compile(r"[A-Za-z]+")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_BRACED = re.compile(r"\s*\{([^{}]*)\}")


def tokenize(text: str) -> list[Token]:
    r"""The tokens of an answer, with an `end` after the last.

    Raises:
        Unreadable: There is a character or a construction that the reader does not know, or there are too many.

    Example:
        >>> [token.value for token in tokenize(r"$\left( 1{,}000, \dfrac{1}{2} \right)$")][:4]
        ['(', 1000, ',', 'dfrac']
    """
    text = prepared(text)
    match = _PROGRAMMED.fullmatch(text)
    if match:  # Alone it is a number as programs print it; elsewhere `3e-4` holds Euler's e.
        sign, digits, exponent = match.groups()
        value = _scientific(digits, exponent)
        return [*([Token("op", "-")] if sign == "-" else []), Token("num", value), Token("end", "")]
    return _Tokenizer(text[prefix.end() :] if (prefix := _PREFIX.match(text)) else text).run()


class _Tokenizer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.spaced = False
        self.tokens: list[Token] = []
        longest = 0
        for name in _NAME.finditer(re.sub(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})?", " ", text)):
            word = name[0]
            if word.lower() not in SEPARATORS and word not in FUNCTIONS and word not in SYMBOLS:
                longest = max(longest, len(word))
        self.prose = longest >= 4

    def run(self) -> list[Token]:
        text, tokens = self.text, self.tokens
        end = len(text)
        while self.at < end:
            character = text[self.at]
            if character.isspace() or character == "~":
                self.at += 1
                self.spaced = True
                continue
            if len(tokens) > MAX_TOKENS:
                raise Unreadable(f"more than {MAX_TOKENS} tokens")
            if character in "0123456789.":
                self._number()
            elif character == "\\":
                self._command()
            elif character.isascii() and character.isalpha():
                self._word()
            else:
                self._mark(character)
        if [token.value for token in tokens[-2:]] == [".", "."]:
            raise Unreadable("an ellipsis")
        while tokens and tokens[-1][:2] in (("sep", ","), ("sep", ";"), ("sep", ".")):
            tokens.pop()
        if any(token.kind == "sep" and token.value == "." for token in tokens):
            raise Unreadable("a full stop inside")
        tokens.append(Token("end", ""))
        return tokens

    def _add(self, kind: str, value: Any, length: int) -> None:
        self.tokens.append(Token(kind, value, self.spaced))
        self.spaced = False
        self.at += length

    def _number(self) -> None:
        text, at = self.text, self.at
        based = _BASE.match(text, at)
        if based:
            self._based(based)
            return
        match = _GROUPED.match(text, at) or (_COMMAS.match(text, at) if self.depth == 0 else None)
        if match:
            digits = re.sub(r"[^0-9.]+", "", match[0].replace("\\.", ""))
            self._add("num", _value(digits), len(match[0]))
            return
        match = _SCIENTIFIC.match(text, at)
        if match:
            self._add("num", _scientific(match[1], match[2]), len(match[0]))
            return
        match = _REPEATING.match(text, at)
        if match:
            whole, fixed, repeated = match[1], match[2], match[3] or match[4]
            if len(match[0]) > MAX_DIGITS:
                raise Unreadable("a number of too many digits")
            value = Fraction(int((whole + fixed) or "0"), 10 ** len(fixed))
            value += Fraction(int(repeated), (10 ** len(repeated) - 1) * 10 ** len(fixed))
            self._add("num", _integral(value), len(match[0]))
            return
        match = _PLAIN.match(text, at)
        if match:
            self._add("num", _value(match[0]), len(match[0]))
        elif text.startswith("...", at):
            raise Unreadable("an ellipsis")
        else:
            self._add("sep", ".", 1)

    def _based(self, match: re.Match[str]) -> None:
        digits = match[1] or match[2] or match[3]
        base = BASE_NAMES.get((match[4] or "").lower()) or match[4] or match[5]
        if isinstance(base, str) and not base.isdigit():
            raise Unreadable("a subscript under a number that names no base")
        self._add("base", (digits.upper(), int(base)), len(match[0]))

    def _word(self) -> None:
        match = _NAME.match(self.text, self.at)
        assert match is not None
        word = match[0]
        low = word.lower()
        if len(word) == 1:
            self._add("letter", word, 1)
        elif low in SEPARATORS:
            self._add("sep", low, len(word))
        elif word in FUNCTIONS:
            self._add("cmd", word, len(word))
        elif word in ("pi", "theta", "alpha", "beta", "gamma", "lambda", "phi", "omega", "infty"):
            self._add("cmd", word, len(word))
        elif low in ("infinity", "inf", "oo"):
            self._add("cmd", "infty", len(word))
        elif self.prose or len(word) >= 4 or self._short_unit(word):
            self._add("text", word, len(word))
        else:
            for letter in word:
                self._add("letter", letter, 1)

    def _short_unit(self, word: str) -> bool:
        """Whether a word of two or three letters, such as `cm`, stands where a unit would."""
        if word not in SHORT_UNITS or not self.tokens:
            return False
        kind = self.tokens[-1].kind
        return kind in ("num", "close", "text") or (kind == "op" and self.tokens[-1].value == "/")

    def _command(self) -> None:
        text = self.text
        degrees = _DEGREES.match(text, self.at)
        if degrees:
            self._add("deg", "", len(degrees[0]))
            return
        match = _COMMAND.match(text, self.at)
        if match is None:
            raise Unreadable("a backslash at the end")
        name, length = match[1], len(match[0])
        if name in DROPPED or name in ",;:! /" or name.isspace():
            self.at += length
            if name in ("left", "right") and text.startswith(".", self.at):
                self.at += 1
            self.spaced = self.spaced or name != "!"
        elif name in SKIPPED_ARGUMENT:
            argument = _BRACED.match(text, self.at + length)
            if argument is None:
                raise Unreadable(f"\\{name} without an argument")
            self.at = argument.end()
        elif name in TYPE_OF_WORDS or name == "mathbb":
            self._text(name, length)
        elif name in "{}":
            self.depth += 1 if name == "{" else -1
            self._add("open" if name == "{" else "close", name, length)
        elif name == "$":
            self._add("money", "dollar", length)
        elif name == "%":
            self._add("pct", "%", length)
        elif name in ("&", "#", "_"):
            raise Unreadable(f"\\{name}")
        elif name == "\\":
            self._add("op", "\\\\", length)
        elif name in BARS:
            self._add("op", "|", length)
        elif name in RELATIONS:
            self._add("rel", RELATIONS[name], length)
        elif name in JOINERS:
            self._add("sep", JOINERS[name], length)
        elif name in OPERATORS:
            self._add("op", OPERATORS[name], length)
        elif name in OPENERS:
            self.depth += 1
            self._add("open", OPENERS[name], length)
        elif name in CLOSERS:
            self.depth -= 1
            self._add("close", CLOSERS[name], length)
        elif name in ("begin", "end"):
            environment = _BRACED.match(text, self.at + length)
            if environment is None:
                raise Unreadable(f"\\{name} without a name")
            self.depth += 1 if name == "begin" else -1
            self._add(name, environment[1].strip(), environment.end() - self.at)
        elif name.isalpha() and name.isascii():
            self._add("cmd", name, length)
        else:
            raise Unreadable(f"\\{name}")

    def _text(self, name: str, length: int) -> None:
        based = _BASE.match(self.text, self.at) if name in ("text", "mathrm") else None
        if based:
            self._based(based)
            return
        argument = _BRACED.match(self.text, self.at + length)
        if argument is None:
            if name in TYPE_OF_SYMBOLS:
                self.at += length  # `\mathrm x`, and boxes around more than words.
                return
            raise Unreadable(f"\\{name} around more than words")
        content = argument[1].replace("\\ ", " ").replace("~", " ").strip()
        size = argument.end() - self.at
        low = content.lower().strip(" ,")
        if name == "mathbb":
            self._add("cmd", f"mathbb {content}", size)
        elif not content:
            self.at += size
            self.spaced = True
        elif low in SEPARATORS:
            self._add("sep", low, size)
        elif len(content) == 1 and content.isalpha() and content.isascii():
            measured = name in ("text", "mbox", "textrm", "textnormal", "mathrm") and content in LETTER_UNITS
            measured = measured and bool(self.tokens) and self.tokens[-1].kind in ("num", "close", "text")
            self._add("text" if measured else "letter", content, size)
        elif content in FUNCTIONS:
            self._add("cmd", content, size)
        elif low in ("infinity", "inf"):
            self._add("cmd", "infty", size)
        elif name in TYPE_OF_SYMBOLS and not content.isalpha():
            self.at += length  # Mathematics in another type: the braces are a group.
        elif _FIGURES.search(content):
            self.at += length  # Mathematics among words: the braces are a group.
        else:
            self._add("text", content, size)

    def _mark(self, character: str) -> None:
        text, at = self.text, self.at
        two = text[at : at + 2]
        if two in ("<=", ">=", "!=", "=="):
            self._add("rel", "=" if two == "==" else two, 2)
        elif two == "**":
            self._add("op", "^", 2)
        elif character in "=<>":
            self._add("rel", character, 1)
        elif character == ":":
            self._add("rel", ":", 1)
        elif character == "(" and (based := _BASE.match(text, at)):
            self._based(based)
        elif character in "([":
            self.depth += 1
            self._add("open", character, 1)
        elif character in ")]":
            self.depth -= 1
            self._add("close", character, 1)
        elif character == "^":
            degrees = _DEGREES.match(text, at)
            if degrees:
                self._add("deg", "", len(degrees[0]))
            else:
                self._add("op", "^", 1)
        elif character in "+-*/_|!{}&'":
            self._add("op", character, 1)
        elif character in ",;":
            self._add("sep", character, 1)
        elif character == "%":
            self._add("pct", "%", 1)
        elif character in CURRENCIES:
            self._add("money", CURRENCIES[character], 1)
        else:
            raise Unreadable(f"the character U+{ord(character):04X}")


def _value(digits: str) -> int | Fraction:
    if len(digits) > MAX_DIGITS:
        raise Unreadable("a number of too many digits")
    whole, _, decimals = digits.partition(".")
    value = int(whole + decimals)
    return _integral(Fraction(value, 10 ** len(decimals))) if decimals else value


def _scientific(digits: str, exponent: str) -> int | Fraction:
    if abs(int(exponent)) > MAX_DIGITS:
        raise Unreadable("a number of too many digits")
    return _integral(_value(digits) * Fraction(10) ** int(exponent))


def _integral(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
