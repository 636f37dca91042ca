"""`regex`: a description of texts as a regular expression, judged by texts that it has to match and to refuse."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any

from rlvr.envs.structured.families.base import (
    Family,
    Outcome,
    Problem,
    Reference,
    is_texts,
    known,
    only,
    texts_of,
    unreadable,
)
from rlvr.seeding import Stream

MOST_PATTERN = 1000
"""Characters of a regular expression."""

_SHOWN = 3
"""Texts of either kind in a prompt; they are among those that judge."""

_TESTS = 24
"""Texts that match and are judged by, and as many that are spoiled; limits of each block come on top."""

# What a block is made of: the characters, the class that matches them, and their name after a number.
_CLASSES = {
    "capital": ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "[A-Z]", "capital letter{s} (A to Z)"),
    "small": ("abcdefghijklmnopqrstuvwxyz", "[a-z]", "small letter{s} (a to z)"),
    "digit": ("0123456789", "[0-9]", "digit{s} (0 to 9)"),
    "vowel": ("aeiou", "[aeiou]", "small vowel{s} (a, e, i, o, u)"),
    "octal": ("01234567", "[0-7]", "octal digit{s} (0 to 7)"),
    "hex": ("0123456789abcdef", "[0-9a-f]", "hexadecimal digit{s} (0 to 9, a to f)"),
}
_SEPARATORS = {"-": "a hyphen `-`", ".": "a dot `.`", "/": "a slash `/`", "_": "an underscore `_`", ":": "a colon `:`"}
_JOINTS = {",": "commas `,`", ";": "semicolons `;`", "+": "plus signs `+`"}
_WORDS = ("ID", "REF", "NO", "TAG", "LOT", "KEY")


def _draw(stream: Stream, level: int) -> Problem:
    count = stream.integer(2, 3)
    blocks = []
    for name in stream.sample(tuple(_CLASSES), count):
        low = stream.integer(1, 4)
        blocks.append({"class": name, "low": low, "high": low + (stream.integer(0, 3) if level > 1 else 0)})
    return {
        "words": sorted(stream.sample(_WORDS, stream.integer(2, 3))) if level > 2 else [],
        "blocks": blocks,
        "separators": [stream.choice(tuple(_SEPARATORS)) for _ in range(count - 1)],
        "optional": level > 1,
        "joint": stream.choice(tuple(_JOINTS)) if level > 2 else "",
        "most": stream.integer(2, 4) if level > 2 else 1,
    }


def _pattern(problem: Problem) -> str:
    blocks = [f"{_CLASSES[one['class']][1]}{_times(one)}" for one in problem["blocks"]]
    pattern = blocks[0]
    for place, (separator, block) in enumerate(zip(problem["separators"], blocks[1:], strict=True)):
        piece = re.escape(separator) + block
        pattern += f"(?:{piece})?" if problem["optional"] and place == len(blocks) - 2 else piece
    if problem["words"]:
        pattern = f"(?:{'|'.join(problem['words'])}){pattern}"
    if problem["joint"]:
        pattern += f"(?:{re.escape(problem['joint'])}{pattern}){{0,{problem['most'] - 1}}}"
    return pattern


def _times(block: Mapping[str, Any]) -> str:
    low, high = block["low"], block["high"]
    return f"{{{low}}}" if low == high else f"{{{low},{high}}}"


def _code(stream: Stream, problem: Problem, counts: list[int], *, whole: bool) -> str:
    """One code with so many characters in each block; without its last block unless `whole`."""
    code = stream.choice(problem["words"]) if problem["words"] else ""
    for place, (block, count) in enumerate(zip(problem["blocks"], counts, strict=True)):
        if place == len(counts) - 1 and not whole:
            break
        letters = _CLASSES[block["class"]][0]
        code += (problem["separators"][place - 1] if place else "") + "".join(
            stream.choice(letters) for _ in range(count)
        )
    return code


def _tests(problem: Problem, stream: Stream) -> tuple[list[str], list[str]]:
    """Texts that have to be matched and refused, told apart by the solution."""
    solution = re.compile(_pattern(problem))
    blocks = problem["blocks"]

    def code() -> str:
        counts = [stream.choice((one["low"], one["high"], stream.integer(one["low"], one["high"]))) for one in blocks]
        return _code(stream, problem, counts, whole=not problem["optional"] or stream.below(3) > 0)

    def row(number: int) -> str:
        return str(problem["joint"]).join(code() for _ in range(number))

    made = [row(1 + at % problem["most"]) for at in range(_TESTS)]
    for place, block in enumerate(blocks):  # One character too few and too many in each block.
        for count in (block["low"] - 1, block["high"] + 1):
            counts = [count if at == place else one["low"] for at, one in enumerate(blocks)]
            made.append(_code(stream, problem, counts, whole=True))
    if problem["joint"]:
        made += [row(problem["most"] + 1), problem["joint"] + row(1), row(1) + problem["joint"]]
    made += [_spoiled(stream, text) for text in made[:_TESTS]]
    whole = _code(stream, problem, [one["high"] for one in blocks], whole=True)
    made += ["", f" {made[0]}", f"{made[0]}\n", whole, whole + whole]
    if problem["optional"]:
        made.append(_code(stream, problem, [one["low"] for one in blocks], whole=False))
    texts = list(dict.fromkeys(made))
    return (
        [text for text in texts if solution.fullmatch(text)],
        [text for text in texts if not solution.fullmatch(text)],
    )


def _spoiled(stream: Stream, text: str) -> str:
    """A text with one change in one place."""
    place = stream.below(len(text))
    before, one, after = text[:place], text[place], text[place + 1 :]
    kind = stream.below(5)
    if kind == 0:
        return before + after
    if kind == 1:
        return before + one + one + after
    if kind == 2:
        return before + one.swapcase() + after
    return before + stream.choice(tuple("-./_:,;x7Q 8g")) + (after if kind == 3 else one + after)


def _reference(problem: Problem, stream: Stream) -> Reference:
    match, refuse = _tests(problem, stream)
    return {"kind": "regex", "match": match, "refuse": refuse, "pattern": _pattern(problem)}


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    steps = []
    if problem["words"]:
        steps.append(f"one of the words {', '.join(f'`{word}`' for word in problem['words'])}")
    for place, block in enumerate(problem["blocks"]):
        step = _said(block)
        if place:
            step = f"{_SEPARATORS[problem['separators'][place - 1]]} and then {step}"
            if problem["optional"] and place == len(problem["blocks"]) - 1:
                step += "; all of this last step may be missing"
        steps.append(step)
    rows = ""
    if problem["joint"]:
        rows = (
            f" A text is one code, or up to {problem['most']} codes with {_JOINTS[problem['joint']]} between them, "
            "one between two."
        )
    listed = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    shown = [f"- `{text}` matches" for text in reference["match"][:_SHOWN]]
    shown += [f"- `{text}` does not" for text in stream.sample(_visible(reference["refuse"]), _SHOWN)]
    return (
        "Write one regular expression, in Python's syntax, that matches the whole of every text described here and of "
        f"no other (as `re.fullmatch` decides).{rows} A code has these parts, in this order:\n{listed}\n\n"
        "Examples:\n" + "\n".join(shown)
    )


def _visible(texts: list[str]) -> list[str]:
    return [text for text in texts if text and text == text.strip()]


def _said(block: Mapping[str, Any]) -> str:
    low, high, name = block["low"], block["high"], _CLASSES[block["class"]][2]
    number = f"exactly {low}" if low == high else f"{low} to {high}"
    return f"{number} {name.format(s='' if high == 1 else 's')}"


def _size(level: int) -> int:
    """Two blocks of exact length and a separator, and what each level adds."""
    exact = len(_CLASSES) * (len(_CLASSES) - 1) * 4**2 * len(_SEPARATORS)
    return exact * (1, 4**2, 4**2 * 3 * len(_JOINTS))[level - 1]


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("match", "refuse", "pattern"))
    match, refuse = texts_of(row, "match"), row.get("refuse", [])
    if not is_texts(refuse):
        raise ValueError(f"Expected field 'refuse' to be a list of texts, actually: {refuse!r:.80}.")
    if both := sorted(set(match) & set(refuse)):
        raise ValueError(f"Expected no text under both 'match' and 'refuse', actually: {both[0]!r:.80}.")
    reference = {"kind": "regex", "match": match, "refuse": list(refuse)}
    pattern = row.get("pattern")
    if pattern is None:
        return reference
    if not isinstance(pattern, str) or _judge(pattern, reference).values != 1.0:
        raise ValueError(
            "Expected field 'pattern' to match the texts under 'match' and none under 'refuse', "
            f"actually: {pattern!r:.80}."
        )
    return {**reference, "pattern": pattern}


def _judge(text: str, reference: Reference) -> Outcome:
    """The share is that of either kind of texts, so that matching everything, or nothing, is worth 0."""
    if len(text) > MOST_PATTERN:
        return unreadable(f"The regular expression has {len(text)} characters; the most is {MOST_PATTERN}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Such as possible nested sets: they say nothing about what is matched.
            pattern = re.compile(text)
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        return unreadable(f"It is not a regular expression: {error}")
    match, refuse = reference["match"], reference["refuse"]
    matched = sum(1 for one in match if pattern.fullmatch(one))
    refused = sum(1 for one in refuse if not pattern.fullmatch(one))
    if matched == len(match) and refused == len(refuse):
        return Outcome(True, 1.0)
    share = matched / len(match) + (refused / len(refuse) if refuse else 1.0) - 1.0
    reason = (
        f"It matches {matched} of {len(match)} texts that it should, and {len(refuse) - refused} that it should not."
    )
    return Outcome(True, max(0.0, share), reason)


def _write(reference: Reference) -> str:
    pattern: str = known(reference, "pattern")
    return pattern


REGEX = Family(
    name="regex",
    levels=(
        "codes of two or three blocks of exact lengths",
        "blocks of lengths in a range, the last one optional",
        "and a word before them, and codes in a row",
    ),
    draw=_draw,
    size=_size,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=lambda reference: f"(?:{_write(reference)})?",
    breakers=(
        lambda reference: f"{_write(reference)}(",
        lambda reference: f"(?:{_write(reference)})+",
        lambda reference: r"(?s:.*)",
        lambda reference: "(?!)",
        lambda reference: "|".join(re.escape(text) for text in reference["match"][:_SHOWN]),
        lambda reference: f"{_write(reference)}\\s?",
        lambda reference: f"^{_write(reference)[:-1]}$",
        lambda reference: f"Use {_write(reference)}",
    ),
    in_worker=True,
)
"""A description of texts as a regular expression."""
