"""XML read strictly: well formed, without a document type or entities of its own, of bounded depth.

What expands, or is fetched, is declared in a document type (XML 1.0, section 2.8); there is none here, so no text can
make more of itself than it is.

- `parse(text)`: the root; `Element`.
- `shape(element)`, `values(element)`: names, and what stands in them, in the order of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

DEPTH = 64
"""Most elements inside each other."""


@dataclass(slots=True)
class Element:
    """One element. Comments and processing instructions are left out."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""
    """All its own characters."""


def parse(text: str) -> Element:
    """The root element.

    Raises:
        ValueError: The text is not well formed, or not taken; the message says why.
    """
    open_ = [Element("", {})]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_) > DEPTH:
            raise ValueError(f"It is nested more than {DEPTH} deep.")
        element = Element(name, attributes)
        open_[-1].children.append(element)
        open_.append(element)

    def characters(data: str) -> None:
        pieces.append((open_[-1], data))

    def doctype(*_: Any) -> None:
        raise ValueError("It has a document type declaration, which is not taken.")

    pieces: list[tuple[Element, str]] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: open_.pop() and None
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(f"{error}.") from None
    except UnicodeEncodeError:
        raise ValueError("It has half of a surrogate pair, which is no character.") from None
    for element, data in pieces:
        element.text += data
    return open_[0].children[0]


def walk(element: Element) -> Iterator[Element]:
    """The element and all in it, in the order of the document."""
    left = [element]
    while left:
        one = left.pop()
        yield one
        left += reversed(one.children)


def shape(root: Element) -> list[tuple[str, tuple[str, ...], int]]:
    """Of each element its name, the names of its attributes in alphabetical order, and the number of its children."""
    return [(one.name, tuple(sorted(one.attributes)), len(one.children)) for one in walk(root)]


def values(root: Element) -> list[str]:
    """Of each element its attributes in alphabetical order, and its text without white space around it."""
    return [
        value
        for one in walk(root)
        for value in (*(one.attributes[name] for name in sorted(one.attributes)), one.text.strip())
    ]


def is_mixed(root: Element) -> bool:
    """Whether some element has both text and children."""
    return any(one.children and one.text.strip() for one in walk(root))
