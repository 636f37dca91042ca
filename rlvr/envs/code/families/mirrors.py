"""`mirrors`: the longest palindromic piece of a text, of some lengths only, with a rule for ties."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

# Shortest length by parity: an even one would say nothing new about pieces of odd length.
_LENGTHS = (*(("any", n) for n in (2, 3, 4, 5)), *(("odd", n) for n in (3, 5, 7)), *(("even", n) for n in (2, 4, 6)))
_TIES = {
    "first": "the one that begins first",
    "last": "the one that begins last",
    "smallest": "the one that is first in ASCII order",
    "largest": "the one that is last in ASCII order",
}


def _draw(stream: Stream, level: int) -> Parameters:
    parity, least = stream.choice(_LENGTHS)
    return {
        "parity": parity,
        "least": least,
        "ties": stream.choice(sorted(_TIES)),
        "fold": bool(stream.below(2)),
        "slips": 0 if level == 1 else stream.integer(1, 2),
    }


def _size(level: int) -> int:
    return 10 * 4 * 2 * (1 if level == 1 else 2)


def _prompt(parameters: Parameters) -> str:
    slips = parameters["slips"]
    text = "A piece of a text is a stretch of neighbouring characters. We call it a mirror if "
    if slips:
        pairs = "1 pair" if slips == 1 else f"{slips} pairs"
        text += (
            "its first character is equal to its last, its second to its last but one, and so on, with at most "
            f"{pairs} as an exception. "
        )
    else:
        text += "it reads the same from the left and from the right. "
    text += "Upper and lower case are the same here. " if parameters["fold"] else "Upper and lower case differ. "
    parity = "" if parameters["parity"] == "any" else f" of {parameters['parity']} length"
    return (
        f"{text}Return the longest mirror{parity} in `text`; among several of that length "
        f"{_TIES[parameters['ties']]}. If it has fewer than {parameters['least']} characters, or if there is none, "
        "return an empty string. `text` consists of ASCII letters; the result is written as it stands in `text`."
    )


def find_mirror(text: str, *, parity: str, least: int, ties: str, fold: bool, slips: int) -> str:
    """Outward from every middle, as long as the slips allow."""
    plain = text.lower() if fold else text
    found: list[str] = []
    for double in range(2 * len(text) - 1):
        if (parity == "odd" and double % 2) or (parity == "even" and double % 2 == 0):
            continue
        left, right = double // 2, (double + 1) // 2
        misses = 0
        while left >= 0 and right < len(text):
            misses += plain[left] != plain[right]
            if misses > slips:
                break
            left, right = left - 1, right + 1
        found.append(text[left + 1 : right])
    longest = max((len(piece) for piece in found), default=0)
    if longest < least:
        return ""
    best = [piece for piece in found if len(piece) == longest]
    if ties in ("first", "last"):
        return best[0 if ties == "first" else -1]
    return min(best) if ties == "smallest" else max(best)


def find_mirror_again(text: str, *, parity: str, least: int, ties: str, fold: bool, slips: int) -> str:
    """Lengths from the greatest down, all pieces of each, compared with their reverse."""
    for length in range(len(text), least - 1, -1):
        if length == 0 or parity == ("even" if length % 2 else "odd"):
            continue
        mirrors = []
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            plain = piece.casefold() if fold else piece
            # Each pair that differs is met twice.
            if sum(a != b for a, b in zip(plain, reversed(plain), strict=True)) <= 2 * slips:
                mirrors.append(piece)
        if mirrors:
            if ties in ("smallest", "largest"):
                mirrors.sort()
            return mirrors[0] if ties in ("first", "smallest") else mirrors[-1]
    return ""


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    letters = stream.sample("abcde", stream.integer(2, 4))
    longest = max(4, parameters["least"] // 2 + 2)
    text = ""
    for _ in range(stream.integer(0, 4)):
        half = "".join(stream.choice(letters) for _ in range(stream.integer(2, longest)))
        mirror = half + half[::-1][stream.below(2) :]
        text += "".join(letter.upper() if stream.below(6) == 0 else letter for letter in mirror)
        text += "".join(stream.choice("abcdxyz") for _ in range(stream.below(3)))
    return (text,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least, slips = parameters["least"], parameters["slips"]
    # Slips fill the outer pairs; what is inside is a mirror.
    outer = min(slips, least // 2)
    exact = "pq"[:outer] + "x" * (least - 2 * outer) + "rs"[:outer]
    return [
        ("",),
        ("a",),
        (exact,),
        (exact[: least - 1],),
        ("abcdefgh",),
        ("a" * least + "b" * least,),
        ("b" * (least + 1) + "a" * (least + 1) + "kl",),
        ("aA" * least,),
        ("mno" + exact + "zyx" + exact[::-1].replace("x", "w") + "def",),
        (exact + "fghijk" + exact.replace("x", "y"),),
        ("AbcdEFghIJ" + "x" * (least + 2),),
        ("abcdeEDCBA",),
        ("abcdefEDCBA",),
    ]


MIRRORS = Family(
    name="mirrors",
    topic="strings",
    levels=("palindromic pieces", "pieces that are palindromes but for one or two pairs"),
    draw=_draw,
    size=_size,
    entry_point="find_mirror",
    signature="text: str",
    prompt=_prompt,
    solve=find_mirror,
    solve_again=find_mirror_again,
    mutants=(
        ("longest < least", "longest <= least"),
        ("left >= 0", "left > 0"),
        ("right < len(text)", "right < len(text) - 1"),
        ("misses > slips", "misses > slips + 1"),
        ("text.lower() if fold else text", "text if fold else text.lower()"),
    ),
    inputs=_inputs,
    edges=_edges,
)
