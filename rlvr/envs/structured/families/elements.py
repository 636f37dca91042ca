"""`xml`: records of a list as XML with given elements and attributes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from rlvr.envs.structured.families.base import (
    Family,
    Outcome,
    Problem,
    Reference,
    changed,
    compared,
    misshapen,
    only,
    text_of,
    unreadable,
)
from rlvr.envs.structured.records import DOMAINS, Record, drawn, fewest, lines, number, shown
from rlvr.envs.structured.strict_xml import Element, is_mixed, parse, shape, values, walk
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Problem:
    domain = DOMAINS[stream.choice(tuple(DOMAINS))]
    (group,) = domain.keys("choice") if level > 2 else [""]
    others = [field.key for field in domain.others if field.key != group]
    keys = sorted(stream.sample(others, 3), key=others.index)
    told = [key for key in (group, *keys) if key] + (["remark"] if level > 1 else [])
    records = drawn(stream, domain, told, (1, 3, 4)[level - 1])
    if group:  # Two records in one group at least, and two groups.
        few = stream.sample(domain.field(group).values, 2)
        for record, value in zip(records, stream.sample([*few, *few], 4), strict=True):
            record[group] = value
    attributes = [domain.identity.key] if level == 3 else [domain.identity.key, keys[0]] if level == 2 else []
    return {"domain": domain.name, "records": records, "attributes": attributes, "group": group}


def _document(problem: Problem) -> Element:
    """What is right."""
    domain, records, group = DOMAINS[problem["domain"]], problem["records"], problem["group"]
    if not problem["attributes"]:
        return _element(problem, records[0])
    if not group:
        return Element(domain.plural, {}, [_element(problem, record) for record in records])
    ordered = sorted(records, key=lambda record: str(record[group]))
    groups = [
        Element(group, {"name": str(name)}, [_element(problem, record) for record in members])
        for name, members in groupby(ordered, key=lambda record: record[group])
    ]
    return Element(domain.plural, {"count": str(len(records))}, groups)


def _element(problem: Problem, record: Record) -> Element:
    held = {key: shown(value) for key, value in record.items() if key != problem["group"]}
    attributes = {key: value for key, value in held.items() if key in problem["attributes"]}
    children = [Element(key, {}, [], value) for key, value in held.items() if key not in attributes]
    return Element(problem["domain"], attributes, children)


def spelled(element: Element, indentation: str = "") -> str:
    """An element as XML, each child on a line of its own."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    opening, closing = f"{indentation}<{element.name}{attributes}>", f"</{element.name}>"
    if not element.children:
        return f"{opening}{escape(element.text)}{closing}"
    children = (spelled(child, f"{indentation}  ") for child in element.children)
    return "\n".join([opening, *children, f"{indentation}{closing}"])


def _reference(problem: Problem, stream: Stream) -> Reference:
    return {"kind": "xml", "document": spelled(_document(problem))}


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    domain, group = DOMAINS[problem["domain"]], problem["group"]
    one = _document({**problem, "records": problem["records"][:1]})
    for element in walk(one):
        element.attributes = dict.fromkeys(element.attributes, "...")
        element.text = element.text and "..."
    asked = f"Write {'this record' if one.name == domain.name else 'these records'} as XML like this:"
    rules = "Put what the records say in place of the dots, unchanged but for what XML demands."
    if one.name == domain.plural:
        rules += f" There is one {domain.name} element for each record."
    if group:
        rules += (
            f" There is one {group} element for each {group} that occurs, in alphabetical order; inside it the "
            f"{domain.plural} stand in the order of the list. The count is the number of all {domain.plural}."
        )
    return f"{asked}\n{spelled(one)}\n\n{rules}\n\nRecords:\n{lines(problem['records'])}"


def _size(level: int) -> int:
    """What the records differ in, groups and remarks left out."""
    return (number(3), fewest(4, 3), fewest(4, 4))[level - 1]


def _read(row: Mapping[str, object]) -> Reference:
    only(row, ("document",))
    document = text_of(row, "document")
    try:
        root = parse(document.strip())
    except ValueError as error:
        raise ValueError(f"Expected field 'document' to be XML, actually: {document!r:.80} ({error})") from error
    if is_mixed(root):
        raise ValueError(
            f"Expected elements of 'document' to hold elements or text, actually: {document!r:.80} has one with both."
        )
    return {"kind": "xml", "document": document.strip()}


def _judge(text: str, reference: Reference) -> Outcome:
    """Names, their order and their nesting are the form; texts and attributes are the values."""
    try:
        root = parse(text)
    except ValueError as error:
        return unreadable(f"It is not XML: {error}")
    expected = parse(reference["document"])
    mine, theirs = shape(root), shape(expected)
    if mine != theirs:
        for (name, attributes, children), other in zip(mine, theirs, strict=False):
            if (name, attributes, children) != other:
                return misshapen(
                    f"An element {name!r:.80} with attributes {list(attributes)!r:.80} and {children} elements in it "
                    "stands where another was expected."
                )
        return misshapen(f"There are {len(mine)} elements; expected were {len(theirs)}.")
    if is_mixed(root):
        return misshapen("An element holds both text and elements.")
    pairs = list(zip(values(root), values(expected), strict=True))
    filled = [(one, other) for one, other in pairs if one or other]
    return compared(sum(one == other for one, other in filled), len(filled))


def _write(reference: Reference) -> str:
    document: str = reference["document"]
    return document


def _mistake(reference: Reference) -> str:
    """The last text is another."""
    root = parse(reference["document"])
    last = list(walk(root))[-1]
    last.text = changed(last.text.strip())
    return spelled(root)


def _renamed(reference: Reference) -> str:
    root = parse(reference["document"])
    list(walk(root))[-1].name += "s"
    return spelled(root)


def _with_attribute(reference: Reference) -> str:
    root = parse(reference["document"])
    root.attributes["also"] = "1"
    return spelled(root)


def _without_last(reference: Reference) -> str:
    root = parse(reference["document"])
    root.children.pop()
    return spelled(root)


XML = Family(
    name="xml",
    levels=(
        "one record as elements",
        "three records with attributes and texts to escape",
        "four records in groups, with their number",
    ),
    draw=_draw,
    size=_size,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        _renamed,
        _with_attribute,
        _without_last,
        lambda reference: _write(reference)[:-1],
        lambda reference: f"<!DOCTYPE a>\n{_write(reference)}",
        lambda reference: f"{_write(reference)}\n{_write(reference)}",
        lambda reference: f"Here: {_write(reference)}",
        lambda reference: _write(reference).replace("</", "& </", 1),
        lambda reference: _write(reference).replace("</", "x</", 1),
    ),
    tag="xml",
)
"""Records as XML."""
