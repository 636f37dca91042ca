r"""Characters to tokens, in one pass over the text.

- `Token`: kind, text, and whether white space stood before it.
- `tokenize(text)`: the tokens of an answer, LaTeX or plain; marks that only set type are dropped.

Kinds: `num` (an `int` or a `Fraction`), `letter`, `text` (words), `cmd` (a command or the name of a function), `op`,
`rel`, `sep`, `open`, `close`, `begin`, `end` (of an environment; without a value, of the text), `deg`, `pct`, `money`,
`base` (`(digits, base)`).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rlvr.envs.math.reading.notation import (
    BARS,
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
from rlvr.envs.math.reading.numerals import based, numeral_at, programmed
from rlvr.envs.math.reading.tree import Unreadable
from rlvr.envs.math.reading.words import CURRENCIES, FUNCTIONS, LETTER_UNITS, SEPARATORS, SHORT_UNITS, SYMBOLS

MAX_TOKENS = 600
"""More tokens than these are not read."""


class Token(NamedTuple):
    """One token; see the module for the kinds."""

    kind: str
    value: Any
    spaced: bool = False
    """White space stood before it."""


# Words before an answer that change nothing; "it is 41 or it is" does.
_PREFIX = re.compile(
    r"\\(?:text|mbox|textrm|textnormal)\{(?![^{}]*(?:[0-9]|\b(?:not|or|nor|either|neither|than|times|minus)\b))"
    r"(?:[^{}]*\b(?:is|are|be|equals)\s*:?|\s*answer\s*:?)\s*\}"
    r"|(?:approximately|approx\.?|about|roughly|exactly|only)\s+",
    re.IGNORECASE,
)
_FIGURES = re.compile("[0-9=]")
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
    if (alone := programmed(text)) is not None:
        negative, value = alone
        return [*([Token("op", "-")] if negative else []), Token("num", value), Token("end", "")]
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
        number = based(self.text, self.at)
        if number is not None:
            self._add("base", *number)
        elif (numeral := numeral_at(self.text, self.at, in_brackets=self.depth > 0)) is not None:
            self._add("num", *numeral)
        elif self.text.startswith("...", self.at):
            raise Unreadable("an ellipsis")
        else:
            self._add("sep", ".", 1)

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
        number = based(self.text, self.at) if name in ("text", "mathrm") else None
        if number is not None:
            self._add("base", *number)
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
        elif character == "(" and (number := based(text, at)) is not None:
            self._add("base", *number)
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
