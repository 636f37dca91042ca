"""`cipher`: a shift cipher over letters in an order of its own, with a shift that may grow."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

# Orders of which none is a rotation or the mirror image of another, so that no two of them give the same cipher.
_ORDERS = {
    "plain": "in alphabetical order",
    "vowels": "in this order: first a, e, i, o, u, then the other letters in alphabetical order",
    "halves": "in this order: every other letter of the alphabet from a on (a, c, e, ..., y), then b, d, f, ..., z",
    "woven": "in this order: a, n, b, o, c, p, ..., m, z (the two halves of the alphabet in turns)",
}
_PER = {
    "change": "for every character that is replaced",
    "character": "for every character, replaced or not",
    "word": "for every blank",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "order": stream.choice(sorted(_ORDERS)),
        # From 10 on, digits would come round to themselves; from 14 on, letters would be deciphered.
        "shift": stream.integer(1, 9),
        "decode": bool(stream.below(2)),
        "digits": bool(stream.below(2)),
        "step": 0 if level == 1 else stream.integer(1, 5),
        "per": "change" if level == 1 else stream.choice(sorted(_PER)),
    }


def _size(level: int) -> int:
    return 4 * 9 * 2 * 2 * (1 if level == 1 else 5 * 3)


def _prompt(parameters: Parameters) -> str:
    shift, step = parameters["shift"], parameters["step"]
    way = "back" if parameters["decode"] else "forward"
    places = "1 place" if shift == 1 else f"{shift} places"
    text = (
        f"The 26 letters stand in a ring, {_ORDERS[parameters['order']]}; the last is followed by the first. Replace "
        f"every letter of `text` by the one that is {places} further {way} in the ring. Upper case stays upper case "
        "and lower case stays lower case. "
    )
    if parameters["digits"]:
        text += "Replace digits in the same manner, in the ring 0, 1, ..., 9. "
    text += "All other characters stay as they are. "
    if step:
        text += (
            f"The number of places grows while you go through `text` from left to right: it is {shift} at the first "
            f"character and grows by {step} {_PER[parameters['per']]}, which holds from the character after it on. "
        )
    return text + "`text` consists of printable ASCII characters. Return the new text."


def shift_text(text: str, *, order: str, shift: int, decode: bool, digits: bool, step: int, per: str) -> str:
    """Character by character, with the shift as it is at the moment."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    if order == "vowels":
        letters = "aeiou" + "bcdfghjklmnpqrstvwxyz"
    elif order == "halves":
        letters = letters[::2] + letters[1::2]
    elif order == "woven":
        letters = "".join(letters[i // 2 + 13 * (i % 2)] for i in range(26))
    places = shift
    result = []
    for character in text:
        ring = "0123456789" if digits and character.isdigit() else letters
        at = ring.find(character.lower())
        if at >= 0:
            new = ring[(at - places if decode else at + places) % len(ring)]
            result.append(new.upper() if character.isupper() else new)
        else:
            result.append(character)
        if per == "character" or (per == "change" and at >= 0) or (per == "word" and character == " "):
            places += step
    return "".join(result)


def shift_text_again(text: str, *, order: str, shift: int, decode: bool, digits: bool, step: int, per: str) -> str:
    """The steps before each character are counted first, then each is looked up in the table of its shift."""
    from itertools import accumulate
    from string import ascii_letters, ascii_lowercase
    from string import digits as ten

    keys = {
        "plain": lambda letter: (0, letter),
        "vowels": lambda letter: (letter not in "aeiou", letter),
        "halves": lambda letter: (ord(letter) % 2 == 0, letter),
        "woven": lambda letter: ((ord(letter) - 97) % 13, letter),
    }
    ring = "".join(sorted(ascii_lowercase, key=keys[order]))
    known = set(ascii_letters + (ten if digits else ""))
    grows = [1 if per == "character" else c == " " if per == "word" else c in known for c in text]
    shifts = [shift + step * grown for grown in accumulate(grows, initial=0)]
    tables: dict[int, dict[int, int]] = {}
    result = ""
    for character, places in zip(text, shifts, strict=False):
        if places not in tables:
            by = -places if decode else places
            turned = ring[by % 26 :] + ring[: by % 26]
            source, target = ring + ring.upper(), turned + turned.upper()
            if digits:
                source, target = source + ten, target + ten[by % 10 :] + ten[: by % 10]
            tables[places] = str.maketrans(source, target)
        result += character.translate(tables[places])
    return result


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    letters = "abcdefghijklmnopqrstuvwxyz"
    symbols = letters * 2 + letters.upper() + "0123456789" * 3 + " " * 14 + ",.!-"
    return ("".join(stream.choice(symbols) for _ in range(stream.integer(0, 24))),)


def _edges(parameters: Parameters) -> list[Arguments]:
    return [("",), ("abc xyz",), ("Zebra, AEIOU uvw!",), ("7",), ("B2 or not 2B: 90",), ("--  --",), ("Zz Mm Nn Yy",)]


CIPHER = Family(
    name="cipher",
    topic="strings",
    levels=("one shift, letters in an order of their own", "the shift grows while one goes on"),
    draw=_draw,
    size=_size,
    entry_point="shift_text",
    signature="text: str",
    prompt=_prompt,
    solve=shift_text,
    solve_again=shift_text_again,
    mutants=(
        ("at - places if decode else at + places", "at + places if decode else at - places"),
        ("new.upper() if character.isupper() else new", "new"),
        ("places = shift", "places = shift + 1"),
        ("% len(ring)", "% (len(ring) - 1)"),
        ("if digits and character.isdigit()", "if not digits and character.isdigit()"),
        ("if at >= 0:", "if at > 0:"),
    ),
    inputs=_inputs,
    edges=_edges,
)
