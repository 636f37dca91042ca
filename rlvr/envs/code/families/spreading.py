"""`spreading`: the characters of a text in an order that keeps equal ones apart; any such order is right."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_APART = {
    "letters": "letters",
    "vowels": "vowels (a, e, i, o, u)",
    "consonants": "consonants (all letters but a, e, i, o, u)",
    "early": "letters from a to m",
    "late": "letters from n to z",
}
_LEAD = {
    "": "",
    "smallest": " Its first character has to be the one of `text` that is first in ASCII order.",
    "largest": " Its first character has to be the one of `text` that is last in ASCII order.",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "gap": stream.integer(2, 4),
        "fold": bool(stream.below(2)),
        "apart": stream.choice(sorted(_APART)),
        "lead": stream.choice(sorted(_LEAD)),
        "ring": level == 2,
    }


def _size(level: int) -> int:
    return 3 * 2 * 5 * 3


def _prompt(parameters: Parameters) -> str:
    gap = parameters["gap"]
    case = (
        "Upper and lower case of a letter are equal."
        if parameters["fold"]
        else "A letter in upper case and the same in lower case are not equal, though of the same kind."
    )
    ring = (
        " The result is written around a ring, its first character after its last, and the distance is the shorter way "
        "around the ring."
        if parameters["ring"]
        else " The distance of neighbours is 1."
    )
    return (
        "Bring the characters of `text`, which are ASCII letters, into an order in which any two equal "
        f"{_APART[parameters['apart']]} have a distance of at least {gap} places.{ring} {case} Other characters may "
        f"stand anywhere.{_LEAD[parameters['lead']]} Return a string that has each character of `text` as often as "
        "`text` has, in its own case. If several orders are right, return any of them; if none is, return an empty "
        "string."
    )


def spread_text(text: str, *, gap: int, fold: bool, apart: str, lead: str, ring: bool) -> str:
    """From left to right with the most frequent letters first, one step back where nothing fits."""
    bound = {
        "letters": "abcdefghijklmnopqrstuvwxyz",
        "vowels": "aeiou",
        "consonants": "bcdfghjklmnpqrstvwxyz",
        "early": "abcdefghijklm",
        "late": "nopqrstuvwxyz",
    }[apart]
    failed: set[tuple[str, str, str]] = set()

    def clash(one: str, other: str) -> bool:
        same = one.lower() == other.lower() if fold else one == other
        return same and one.lower() in bound

    def extend(done: str, rest: str) -> str:
        if not rest:
            return done
        at = len(done)
        near = done[max(0, at - gap + 1) :]
        state = (near, done[: gap - 1] if ring else "", rest)
        if state in failed:
            return ""
        if ring:
            near += done[: max(0, at + gap - len(text))]
        for letter in sorted(set(rest), key=lambda letter: (-rest.count(letter), letter)):
            if at == 0 and lead and letter != (min(text) if lead == "smallest" else max(text)):
                continue
            if not any(clash(letter, other) for other in near):
                found = extend(done + letter, rest.replace(letter, "", 1))
                if found:
                    return found
        failed.add(state)
        return ""

    return extend("", "".join(sorted(text)))


def spread_text_again(text: str, *, gap: int, fold: bool, apart: str, lead: str, ring: bool) -> str:
    """Letter by letter: all the places of one kind at once, then those of the next among the places left."""
    from itertools import combinations

    size = len(text)
    if not size:
        return ""

    def kept_apart(letter: str) -> bool:
        vowel, early = letter in "aeiouAEIOU", letter.upper() <= "M"
        return {"letters": True, "vowels": vowel, "consonants": not vowel, "early": early, "late": not early}[apart]

    first = "" if not lead else sorted(text)[0 if lead == "smallest" else -1]
    kinds: dict[str, list[str]] = {}
    for letter in sorted(text):
        if kept_apart(letter):
            kinds.setdefault(letter.upper() if fold else letter, []).append(letter)
    free = [letter for letter in text if not kept_apart(letter)]
    order = sorted(kinds.values(), key=lambda kind: (-len(kind), kind))
    places: list[str] = [""] * size
    if first in free:
        free.remove(first)
        places[0] = first

    def put(number: int) -> bool:
        if number == len(order):
            return True
        open_places = [at for at in range(size) if not places[at]]
        for chosen in combinations(open_places, len(order[number])):
            if any(b - a < gap or (ring and size - (b - a) < gap) for a, b in combinations(chosen, 2)):
                continue
            letters = list(order[number])
            if first and chosen[0] == 0:
                if first not in letters:
                    continue
                letters.remove(first)
                letters.insert(0, first)
            elif first in letters and not places[0]:
                continue
            for at, letter in zip(chosen, letters, strict=True):
                places[at] = letter
            if put(number + 1):
                return True
            for at in chosen:
                places[at] = ""
        return False

    if not put(0):
        return ""
    return "".join(letter or free.pop() for letter in places)


def is_spread(
    arguments: tuple[str], output: object, expected: str, *, gap: int, fold: bool, apart: str, lead: str, ring: bool
) -> bool:
    """The same characters, none too close to its equal; nothing only if there is nothing."""
    text = arguments[0]
    if not isinstance(output, str) or (output == "") != (expected == ""):
        return False
    if not output:
        return True
    if sorted(output) != sorted(text) or (lead and output[0] != (min(text) if lead == "smallest" else max(text))):
        return False
    bound = {
        "letters": "abcdefghijklmnopqrstuvwxyz",
        "vowels": "aeiou",
        "consonants": "bcdfghjklmnpqrstvwxyz",
        "early": "abcdefghijklm",
        "late": "nopqrstuvwxyz",
    }[apart]
    plain = output.lower() if fold else output
    for right in range(len(plain)):
        for left in range(right):
            distance = min(right - left, len(plain) - right + left) if ring else right - left
            if plain[left] == plain[right] and plain[left].lower() in bound and distance < gap:
                return False
    return True


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    mine = {
        "letters": "abekmnost",
        "vowels": "aeiou",
        "consonants": "bdkmnst",
        "early": "abcdek",
        "late": "nopstu",
    }[parameters["apart"]]
    # About as many kinds as the gap: sometimes an order exists, sometimes not.
    kinds = stream.sample(mine, min(len(mine), parameters["gap"] + stream.below(2)))
    others = stream.sample("aeiboukpst", stream.below(3))
    letters = [stream.choice(kinds) for _ in range(stream.integer(1, 7))]
    if others:
        letters += [stream.choice(others) for _ in range(stream.below(3))]
    if stream.below(2):
        letters = [letter.upper() if stream.below(3) == 0 else letter for letter in letters]
    return ("".join(letters),)


def _edges(parameters: Parameters) -> list[Arguments]:
    gap = parameters["gap"]
    mine, others = {
        "letters": ("abekt", ""),
        "vowels": ("aeiou", "bk"),
        "consonants": ("bdkst", "ae"),
        "early": ("abdek", "st"),
        "late": ("nopst", "ab"),
    }[parameters["apart"]]
    row = mine[:gap]
    other = others[:1] or mine[-1]
    return [
        ("",),
        (mine[0],),
        (mine[0] * 2,),
        ("".join(sorted(row * 2)),),
        ("".join(sorted(row * 2)) + row[0],),
        (row[0] + row[0].upper(),),
        (row[0] * 2 + row[1:],),
        ("".join(sorted(row[: gap - 1] * 2)) + other,),
        ("".join(sorted(row + row.upper())),),
        (others * 2,),
        (others[:1] * 5 + mine[:2],),
        ("".join(sorted(mine[: gap + 1] * 2)),),
    ]


SPREADING = Family(
    name="spreading",
    topic="strings",
    levels=("equal letters apart in a row", "equal letters apart around a ring"),
    draw=_draw,
    size=_size,
    entry_point="spread_text",
    signature="text: str",
    prompt=_prompt,
    solve=spread_text,
    solve_again=spread_text_again,
    mutants=(
        ("at - gap + 1", "at - gap + 2"),
        ("at - gap + 1", "at - gap"),
        ("one.lower() == other.lower() if fold", "one.lower() == other.lower() if not fold"),
        ("one.lower() in bound", "one.lower() not in bound"),
        ("if not rest:", "if len(rest) <= 1:"),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=is_spread,
)
