"""`packing`: run-length encodings that differ in which runs they count and in how they write the counts."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_MARKS = ("", "()", "<>", "[]")
_ESCAPES = ("^", "~", "%", "/")


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "least": stream.integer(2, 4),
        "cap": stream.integer(5, 8),
        "before": bool(stream.below(2)),
        "marks": stream.choice(_MARKS),
        "escape": "" if level == 1 else stream.choice(_ESCAPES),
        "rest_first": level == 2 and bool(stream.below(2)),
    }


def _size(level: int) -> int:
    return 3 * 4 * 2 * 4 * (1 if level == 1 else 4 * 2)


def _prompt(parameters: Parameters) -> str:
    least, cap, marks, escape = (parameters[name] for name in ("least", "cap", "marks", "escape"))
    where = "before" if parameters["before"] else "after"
    count = (
        f"the number of its characters between `{marks[0]}` and `{marks[1]}`"
        if marks
        else "the number of its characters"
    )
    shown = f"{marks[:1]}5{marks[1:]}"
    example = shown + "x" if parameters["before"] else "x" + shown
    text = (
        "Shorten `text`. A run is a longest possible stretch of equal neighbouring characters; upper and lower case "
        f"differ. Cut every run into pieces of {cap} characters; if its length is not a multiple of {cap}, the "
        f"shorter rest is one more piece, the {'first' if parameters['rest_first'] else 'last'} of the run. Write a "
        f"piece of at least {least} characters as its character, once, with {count}, in decimal, {where} it: five "
        f"times x is `{example}`. Write a piece of fewer characters as it is. "
    )
    if not escape:
        return text + "`text` consists of ASCII letters. Return the result."
    special = f"a digit, `{marks[0]}`, `{marks[1]}` or `{escape}`" if marks else f"a digit or `{escape}`"
    return (
        f"{text}Wherever a character of `text` that is {special} is written, in a piece of either kind, write "
        f"`{escape}` directly before it, each time. `text` consists of printable ASCII characters. Return the result."
    )


def pack_text(text: str, *, least: int, cap: int, before: bool, marks: str, escape: str, rest_first: bool) -> str:
    """Run by run, from where the last one ended."""
    result = ""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[end] == text[start]:
            end += 1
        pieces = [cap] * ((end - start) // cap)
        rest = (end - start) % cap
        if rest > 0:
            pieces.insert(0 if rest_first else len(pieces), rest)
        letter = text[start]
        if escape and (letter.isdigit() or letter in marks + escape):
            letter = escape + letter
        for size in pieces:
            count = marks[:1] + str(size) + marks[1:]
            if size < least:
                result += letter * size
            else:
                result += count + letter if before else letter + count
        start = end
    return result


def pack_text_again(text: str, *, least: int, cap: int, before: bool, marks: str, escape: str, rest_first: bool) -> str:
    """Two regular expressions: one finds the runs, one cuts and writes them."""
    import re

    def piece(match: re.Match[str]) -> str:
        run, letter = match[0], match[0][0]
        if escape and letter in "0123456789" + marks + escape:
            letter = f"{escape}{letter}"
        if len(run) < least:
            return "".join(letter for _ in run)
        count = f"{marks[0]}{len(run)}{marks[1]}" if marks else f"{len(run)}"
        return "".join([count, letter] if before else [letter, count])

    def cut(match: re.Match[str]) -> str:
        run = match[0]
        pieces = [piece(found) for found in re.finditer(f".{{1,{cap}}}", run)]
        return "".join(reversed(pieces) if rest_first else pieces)

    return re.sub(r"(.)\1*", cut, text)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    least, cap = parameters["least"], parameters["cap"]
    symbols = stream.sample("abcxyzABC", 3)
    if parameters["escape"]:
        symbols += [stream.choice("0123456789"), parameters["escape"], *parameters["marks"], " "]
    lengths = (
        1,
        1,
        2,
        3,
        least - 1,
        least,
        least + 1,
        cap - 1,
        cap,
        cap + 1,
        cap + least,
        2 * cap,
        stream.integer(1, 20),
    )
    return ("".join(stream.choice(symbols) * stream.choice(lengths) for _ in range(stream.integer(0, 6))),)


def _edges(parameters: Parameters) -> list[Arguments]:
    least, cap = parameters["least"], parameters["cap"]
    edges = ["", "a", "b" * least, "c" * (least - 1), "d" * cap + "e", "f" * (cap + 1), "aA" * least, "g" * (3 * cap)]
    edges.append("h" * (2 * cap + least))
    if parameters["escape"]:
        edges += ["7" * least, "x" + parameters["escape"] * 2 + parameters["marks"], "a1" * 3]
    return [(edge,) for edge in edges]


PACKING = Family(
    name="packing",
    topic="strings",
    levels=("runs of letters", "runs of any characters, special ones marked"),
    draw=_draw,
    size=_size,
    entry_point="pack_text",
    signature="text: str",
    prompt=_prompt,
    solve=pack_text,
    solve_again=pack_text_again,
    mutants=(
        ("size < least", "size <= least"),
        ("0 if rest_first else len(pieces)", "len(pieces) if rest_first else 0"),
        ("count + letter if before else letter + count", "letter + count if before else count + letter"),
        ("rest > 0", "rest > 1"),
        ("text[end] == text[start]", "text[end].lower() == text[start].lower()"),
        ("end = start + 1", "end = min(start + 2, len(text))"),
    ),
    inputs=_inputs,
    edges=_edges,
)
