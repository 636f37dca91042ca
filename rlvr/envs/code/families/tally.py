"""`tally`: the letters of a text ranked by how often they occur, with rules for ties and for what counts."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WHICH = {
    "vowels": "vowels (a, e, i, o, u)",
    "consonants": "consonants (all letters but a, e, i, o, u)",
    "early": "letters from a to m",
    "late": "letters from n to z",
}
_TIES = {
    "alphabet": "the one that is earlier in ASCII order comes first",
    "reverse": "the one that is later in ASCII order comes first",
    "first": "the one whose first occurrence in the text is earlier comes first",
    "last": "the one whose last occurrence in the text is later comes first",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "fold": bool(stream.below(2)),
        "which": stream.choice(sorted(_WHICH)),
        "ties": stream.choice(sorted(_TIES)),
        "rare": bool(stream.below(2)),
        "take": stream.integer(1, 4),
        "least": 1 if level == 1 else stream.integer(1, 3),
        "words": level == 2,
    }


def _size(level: int) -> int:
    return 2 * 4 * 4 * 2 * 4 * (1 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    case = (
        "Turn `text` into lower case first."
        if parameters["fold"]
        else "A letter in upper case and the same in lower case are two different letters, of the same kind."
    )
    count = (
        "The count of a letter is the number of words that contain it, however often; words are separated by blanks."
        if parameters["words"]
        else "The count of a letter is the number of its occurrences."
    )
    least = "" if parameters["least"] == 1 else f"Leave out letters with a count below {parameters['least']}. "
    take = parameters["take"]
    first = "the first letter" if take == 1 else f"the first {take} letters"
    return (
        f"`text` consists of ASCII letters and blanks. {case} Of its letters consider only the "
        f"{_WHICH[parameters['which']]}. {count} {least}Rank the letters by count, the "
        f"{'smallest' if parameters['rare'] else 'greatest'} first; of two letters with equal counts "
        f"{_TIES[parameters['ties']]}. Return a list of {first} of the ranking, or of all if there are fewer, each as "
        'a string of the letter and its count, such as `"e12"`.'
    )


def rank_letters(
    text: str, *, fold: bool, which: str, ties: str, rare: bool, take: int, least: int, words: bool
) -> list[str]:
    """Count in a dictionary, then two stable sorts."""
    if fold:
        text = text.lower()
    wanted = {
        "vowels": "aeiou",
        "consonants": "bcdfghjklmnpqrstvwxyz",
        "early": "abcdefghijklm",
        "late": "nopqrstuvwxyz",
    }[which]
    counts: dict[str, int] = {}
    for piece in text.split() if words else text:
        for letter in set(piece):
            if letter.lower() in wanted:
                counts[letter] = counts.get(letter, 0) + 1
    places = {
        letter: text.index(letter) if ties == "first" else text.rindex(letter) if ties == "last" else ord(letter)
        for letter in counts
    }
    kept = [letter for letter in counts if counts[letter] >= least]
    kept.sort(key=places.__getitem__, reverse=ties in ("reverse", "last"))
    kept.sort(key=counts.__getitem__, reverse=not rare)
    return [f"{letter}{counts[letter]}" for letter in kept[:take]]


def rank_letters_again(
    text: str, *, fold: bool, which: str, ties: str, rare: bool, take: int, least: int, words: bool
) -> list[str]:
    """The best letter of those left, again and again, by comparing it with each of the others."""
    if fold:
        text = "".join(chr(ord(character) | 32) if character != " " else " " for character in text)
    rest = []
    for code in [*range(65, 91), *range(97, 123)]:
        letter = chr(code)
        vowel = letter in "aeiouAEIOU"
        early = (code | 32) <= ord("m")
        if {"vowels": vowel, "consonants": not vowel, "early": early, "late": not early}[which]:
            amount = sum(letter in word for word in text.split(" ")) if words else text.count(letter)
            if letter in text and amount >= least:
                rest.append((letter, amount))

    def ahead(one: tuple[str, int], other: tuple[str, int]) -> bool:
        if one[1] != other[1]:
            return (one[1] < other[1]) == rare
        if ties == "first":
            return text.find(one[0]) < text.find(other[0])
        if ties == "last":
            return text.rfind(one[0]) > text.rfind(other[0])
        return (one[0] < other[0]) == (ties == "alphabet")

    result: list[str] = []
    while rest and len(result) < take:
        best = next(one for one in rest if all(one is other or ahead(one, other) for other in rest))
        rest.remove(best)
        result.append(f"{best[0]}{best[1]}")
    return result


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    letters = stream.sample("aeioubcdkmnprstz", stream.integer(3, 7)) + stream.sample("aenstmiocr", 2)
    words = []
    for _ in range(stream.integer(0, 8)):
        word = "".join(stream.choice(letters) for _ in range(stream.integer(1, 5)))
        words.append(word.upper() if stream.below(4) == 0 else word.capitalize() if stream.below(3) == 0 else word)
    return (" ".join(words),)


def _edges(parameters: Parameters) -> list[Arguments]:
    least, take = parameters["least"], parameters["take"]
    few, many = {
        "vowels": ("ae", "aeiou"),
        "consonants": ("bc", "bcdst"),
        "early": ("ab", "abcde"),
        "late": ("no", "norst"),
    }[parameters["which"]]
    return [
        ("",),
        ("   ",),
        (" ".join([many] * least),),
        (" ".join([many[::-1]] * (least + 1)),),
        (" ".join([few] * least + [few[1]] * take),),
        (" ".join([few.upper()] * least + [few] * least + [few[:1]]),),
        (" ".join([many.upper()] * (least + 1)),),
    ]


TALLY = Family(
    name="tally",
    topic="strings",
    levels=("occurrences of letters", "words that contain a letter, at least so many"),
    draw=_draw,
    size=_size,
    entry_point="rank_letters",
    signature="text: str",
    prompt=_prompt,
    solve=rank_letters,
    solve_again=rank_letters_again,
    mutants=(
        ("counts[letter] >= least", "counts[letter] > least"),
        ("reverse=not rare", "reverse=rare"),
        ("kept[:take]", "kept[: take + 1]"),
        ("if fold:", "if not fold:"),
        ('reverse=ties in ("reverse", "last")', 'reverse=ties not in ("reverse", "last")'),
        ("counts.get(letter, 0) + 1", "counts.get(letter, 1) + 1"),
    ),
    inputs=_inputs,
    edges=_edges,
)
