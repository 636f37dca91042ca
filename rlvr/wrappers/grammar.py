r"""Tag grammars: which tags a completion has, in which order, and what stands between them.

A grammar is a line of items, parted by white space; white space in the completion is free between them:

| item | stands for |
|---|---|
| `<name> ... </name>` | the tag, the items in between, the closing tag |
| `<name>` without its `</name>` | short for `<name> text </name>` |
| `?`, `*`, `+` directly after the one or the other | at most once; any number of times; at least once |
| `text` | text that is not blank |
| `boxed` | text with a closed `\boxed{...}` in it, as mathematics is answered |
| `code` | text with a fenced block of code in it that names its language |
| `text?`, `boxed?`, `code?` | the same, or nothing |

So `<plan>? <think> <answer>` is a plan if any, then a think, then an answer, and nothing outside of them. A tag that
the grammar names is a tag wherever it stands: inside of others, in code, or twice. All other markup is text. An opening
tag belongs to the next closing tag of its name that is free; `<name>?` is always the short form.

A grammar is compiled once to an automaton over tags (Glushkov 1961), and a completion is read by it once, from left to
right: the time is linear in the completion, whatever it holds.

- `Grammar`, `compile_grammar(name_or_text)`, `GRAMMARS`: the automaton, how to get one, and those with a name.
- `split_think(text, opened_think)`: the thoughts and the answer of a completion, however badly formed.
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import NamedTuple

GRAMMARS = {
    "r1": "<think> text </think> <answer> text </answer>",
    "think": "<think> text? </think> text",
    "magistral": "<think> text? </think> boxed",
    "magistral-code": "<think> text? </think> code",
}
"""`r1`: DeepSeek-R1 (arXiv:2501.12948, table 1). `magistral`, `magistral-code`: Magistral (arXiv:2506.10910, 2.2.1)."""

_TAG = r"</?([A-Za-z_][\w.:-]*)>"
_ITEM = re.compile(rf"\s*(?:{_TAG}([?*+]?)|\b(text|boxed|code)\b(\??))")
_FENCE = re.compile(r"^[ \t]*```+[ \t]*([^\n`]*)$", re.MULTILINE)


class _Part(NamedTuple):
    """A piece of a grammar: sets of positions are bit masks."""

    nullable: bool
    first: int
    last: int


class Grammar:
    """An automaton over tags and the text between them; get one from `compile_grammar`."""

    def __init__(self, source: str) -> None:
        """Compile `source`.

        Raises:
            ValueError: It is no grammar; the message says where.
        """
        self.source = source
        self._items = _items(source)
        self._closing = _closing(source, self._items)
        self._symbols: list[str] = []
        self._follow: list[int] = []
        # Before anything is read, the automaton is at a position of its own.
        whole = self._chain(self._position("start"), self._sequence(0, len(self._items)))
        self._start, self._last = whole.first, whole.last
        self._masks: dict[str, int] = {}
        for position, symbol in enumerate(self._symbols):
            self._masks[symbol] = self._masks.get(symbol, 0) | 1 << position
        self._text, self._boxed, self._code = (self._masks.get(kind, 0) for kind in ("text", "boxed", "code"))
        self._any_text = self._text | self._boxed | self._code
        for position, symbol in enumerate(self._symbols):
            if self._any_text >> position & 1 and self._follow[position] & self._any_text:
                raise ValueError(
                    f"Expected a tag between two texts, actually: {symbol!r} can be followed by text at once in the "
                    f"grammar {source!r}. Where the one ends could not be told."
                )
        names = "|".join(sorted({re.escape(symbol.strip("</>")) for symbol in self._symbols if symbol[0] == "<"}))
        self._tags = re.compile(f"</?(?:{names})>") if names else None

    def matches(self, text: str, *, opened_think: bool = False) -> bool:
        """Whether a completion is as the grammar says, from its first character to its last.

        Args:
            text: The completion and nothing else.
            opened_think: The prompt ended with `<think>`, so the completion starts inside it.

        Example:
            >>> Grammar("<think> <answer>").matches("<think>3 + 4</think> <answer>7</answer>")
            True
        """
        current = self._start
        if opened_think:
            current = self._after(current) & self._masks.get("<think>", 0)
        begin = 0
        for mark in self._tags.finditer(text) if self._tags else ():
            current = self._after(self._read(text[begin : mark.start()], current)) & self._masks.get(mark[0], 0)
            if not current:
                return False
            begin = mark.end()
        return bool(self._read(text[begin:], current) & self._last)

    def starts_with_think(self) -> bool:
        """Whether a completion may begin with `<think>`, so that a prompt may open it."""
        return bool(self._after(self._start) & self._masks.get("<think>", 0))

    def _read(self, piece: str, current: int) -> int:
        """Where what stands between two tags leads to."""
        if not piece or piece.isspace():
            return current
        current = self._after(current) & self._any_text
        if current & self._boxed and not has_box(piece):
            current &= ~self._boxed
        if current & self._code and not has_code(piece):
            current &= ~self._code
        return current

    def _after(self, positions: int) -> int:
        """All positions that may follow one of these."""
        reached = 0
        while positions:
            lowest = positions & -positions
            reached |= self._follow[lowest.bit_length() - 1]
            positions ^= lowest
        return reached

    # Compiling: each tag and each text of the grammar is a position, and the automaton's states are sets of them.

    def _sequence(self, begin: int, end: int) -> _Part:
        whole = _Part(True, 0, 0)
        index = begin
        while index < end:
            symbol, mark = self._items[index]
            closing = self._closing.get(index)
            if symbol[0] != "<":
                one = self._position(symbol)
                index += 1
            else:
                opened = self._position(symbol)
                inner = self._position("text") if closing is None else self._sequence(index + 1, closing)
                closed = self._position("</" + symbol[1:])
                one = self._chain(self._chain(opened, inner), closed)
                if closing is not None:
                    mark = self._items[closing][1]
                index = (index if closing is None else closing) + 1
            if mark in ("*", "+"):
                self._link(one.last, one.first)
            whole = self._chain(whole, one._replace(nullable=one.nullable or mark in ("?", "*")))
        return whole

    def _position(self, symbol: str) -> _Part:
        bit = 1 << len(self._symbols)
        self._symbols.append(symbol)
        self._follow.append(0)
        return _Part(False, bit, bit)

    def _chain(self, left: _Part, right: _Part) -> _Part:
        self._link(left.last, right.first)
        return _Part(
            left.nullable and right.nullable,
            left.first | (right.first if left.nullable else 0),
            right.last | (left.last if right.nullable else 0),
        )

    def _link(self, positions: int, following: int) -> None:
        for position in range(len(self._follow)):
            if positions >> position & 1:
                self._follow[position] |= following


def compile_grammar(grammar: str) -> Grammar:
    """The automaton of a grammar, by name or as text.

    Raises:
        ValueError: It is neither; the message says what there is, or where the text goes wrong.
    """
    if not isinstance(grammar, str):
        raise ValueError(
            f"Expected grammar to be a str, a name or items such as '<think> text', actually: {grammar!r}."
        )
    if grammar not in GRAMMARS and re.fullmatch(r"[\w-]*", grammar) and grammar not in ("text", "boxed", "code"):
        near = difflib.get_close_matches(grammar, GRAMMARS, n=1)
        guess = f" Perhaps you meant {near[0]!r}." if near else ""
        raise ValueError(
            f"Expected grammar to be one of {', '.join(GRAMMARS)}, or items such as '<plan>? <think> <answer>', "
            f"actually: {grammar!r}.{guess}"
        )
    return _compiled(GRAMMARS.get(grammar, grammar))


_compiled = lru_cache(maxsize=64)(Grammar)


def _items(source: str) -> list[tuple[str, str]]:
    """The items of a grammar, each with its mark: `?`, `*`, `+` or nothing."""
    items = []
    position, end = 0, len(source.rstrip())
    while position < end:
        match = _ITEM.match(source, position)
        if match is None:
            raise ValueError(
                "Expected a tag such as <think>, </think> or <plan>?, or one of text, boxed, code, with ?, * or + "
                f"after tags only, and ? after texts, actually: {source[position:].strip()!r:.60} in {source!r}."
            )
        symbol = match[3] or source[match.start() : match.end()].strip().rstrip("?*+")
        items.append((symbol, match[2] or match[4] or ""))
        position = match.end()
    if not items:
        raise ValueError(f"Expected a grammar with at least one item, actually: {source!r}.")
    return items


def _closing(source: str, items: list[tuple[str, str]]) -> dict[int, int]:
    """Which item closes which, by index; an opening tag that is not among them is the short form."""
    closing = {}
    waiting: list[int] = []
    for index, (symbol, mark) in enumerate(items):
        if symbol.startswith("</"):
            while waiting and items[waiting[-1]][0] != "<" + symbol[2:]:
                waiting.pop()  # Never closed before the block around it is: the short form.
            if not waiting:
                raise ValueError(f"Expected <{symbol[2:]} before {symbol}, actually: none in the grammar {source!r}.")
            closing[waiting.pop()] = index
        elif symbol[0] == "<" and not mark:
            waiting.append(index)
    return closing


def has_box(text: str) -> bool:
    r"""Whether a closed `\boxed{...}` stands in the text that is not empty."""
    if "\\boxed{" not in text:
        return False
    from rlvr.envs.math.extraction import all_boxes  # Only here: most grammars ask for no box.

    return bool(all_boxes(text))


def has_code(text: str) -> bool:
    """Whether a fenced block of code stands in the text that names its language, is closed and not blank."""
    begin, language = -1, ""
    for fence in _FENCE.finditer(text) if "```" in text else ():
        label = fence[1].strip()
        if begin < 0:
            begin, language = fence.end(), label
        elif not label:
            if language and text[begin : fence.start()].strip():
                return True
            begin = -1
    return False


class Split(NamedTuple):
    """A completion in two parts."""

    thoughts: str | None
    """What stands in the think, tags inside of it left out; `None` where there is no think."""
    answer: str
    """What stands after it."""


def split_think(text: str, opened_think: bool = False) -> Split:
    """The thoughts and the answer of a completion, whatever its form.

    The thoughts reach from the first `<think>`, or from the start if a `</think>` comes first, to the last `</think>`,
    or to the end if one is still open. Text before the first `<think>` belongs to neither.

    Args:
        text: The completion and nothing else.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Example:
        >>> split_think("<think>3 + 4</think>So it is 7.")
        Split(thoughts='3 + 4', answer='So it is 7.')
    """
    first, close = text.find("<think>"), text.rfind("</think>")
    if first < 0 and close < 0:
        return Split(text, "") if opened_think else Split(None, text)
    begin = 0 if opened_think or first < 0 or -1 < text.find("</think>") < first else first + 7
    if text.find("<think>", close + 1) >= 0 or close < 0:
        thoughts, answer = text[begin:], ""
    else:
        thoughts, answer = text[begin:close], text[close + 8 :]
    return Split(thoughts.replace("<think>", "").replace("</think>", ""), answer)
