"""`wordcounting`: how many words of a length keep rules about runs, ends, a letter's count and given pieces."""

from __future__ import annotations

from itertools import groupby, product

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_ENDS = {
    "any": "",
    "ascending": " The first letter comes before the last one in the alphabet, so no word of one letter is right.",
    "different": " The first and the last letter are different, so no word of one letter is right.",
    "same": " The first and the last letter are the same; in a word of one letter they are.",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "letters": stream.integer(2, 4),
        "run": stream.integer(2, 4),
        "ends": stream.choice(sorted(_ENDS)),
        "even": bool(stream.below(2)),
        "times": 0 if level == 1 else stream.integer(1, 3),
    }


def _size(level: int) -> int:
    return 3 * 3 * 4 * 2 * (1 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    times = parameters["times"]
    if times:
        pieces = (
            f"The elements of `pieces` occur in the word exactly {times} time{'s' if times > 1 else ''} in all: each "
            "place at which one of them begins counts, also where they overlap"
        )
    else:
        pieces = "None of the elements of `pieces` occurs in the word, as neighbouring letters"
    alphabet = ", ".join("abcd"[: parameters["letters"]])
    return (
        f"Count the words of exactly `length` letters, each one of {alphabet}, that keep these rules. {pieces}. No "
        f"letter stands more than {parameters['run']} times in a row. The number of letters `a` is "
        f"{'even (0 is even)' if parameters['even'] else 'odd'}.{_ENDS[parameters['ends']]} `length` is at least 1; "
        "`pieces` is a list of different words of one or more of these letters, and may be empty. Return the number of "
        "such words."
    )


def count_words(length: int, pieces: list[str], *, letters: int, run: int, ends: str, even: bool, times: int) -> int:
    """Numbers of words by first letter, last few letters, parity and pieces found, letter by letter."""
    keep = max([run, *(len(piece) - 1 for piece in pieces)])
    states = {("", "", 0, 0): 1}
    for _ in range(length):
        fresh: dict[tuple[str, str, int, int], int] = {}
        for (first, tail, parity, found), ways in states.items():
            for letter in "abcd"[:letters]:
                grown = tail + letter
                hits = found + sum(grown.endswith(piece) for piece in pieces)
                if hits > times or grown.endswith(letter * (run + 1)):
                    continue
                state = (first or letter, grown[-keep:], parity ^ (letter == "a"), hits)
                fresh[state] = fresh.get(state, 0) + ways
        states = fresh
    total = 0
    for (first, tail, parity, found), ways in states.items():
        last = tail[-1]
        fits = {"any": True, "ascending": first < last, "different": first != last, "same": first == last}
        if found == times and (parity == 0) == even and fits[ends]:
            total += ways
    return total


def count_words_again(
    length: int, pieces: list[str], *, letters: int, run: int, ends: str, even: bool, times: int
) -> int:
    """Look at every word."""
    from itertools import groupby, product

    total = 0
    for symbols in product("abcd"[:letters], repeat=length):
        if symbols.count("a") % 2 != (0 if even else 1):
            continue
        if (ends == "same" and symbols[0] != symbols[-1]) or (ends == "different" and symbols[0] == symbols[-1]):
            continue
        if ends == "ascending" and symbols[0] >= symbols[-1]:
            continue
        word = "".join(symbols)
        if sum(word.startswith(piece, at) for at in range(length) for piece in pieces) == times:
            total += max(len(list(group)) for _, group in groupby(word)) <= run
    return total


def _longest(parameters: Parameters) -> int:
    """Of the words in tests, so that all words can be looked at."""
    return {2: 9, 3: 6, 4: 5}[int(parameters["letters"])]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    alphabet = "abcd"[: parameters["letters"]]
    length = stream.integer(2, _longest(parameters))
    pieces: list[str] = []
    for _ in range(stream.integer(1, 3)):
        size = stream.choice((1, 2, 2, 3, 3)) if parameters["times"] else stream.choice((2, 3, 3, 4))
        piece = "".join(stream.choice(alphabet) for _ in range(size))
        if piece not in pieces:
            pieces.append(piece)
    return length, pieces


def _pieces(word: str, times: int) -> list[str] | None:
    """Pieces that occur so many times in the word, with the whole word if possible."""
    stretches = {word[a:b] for a in range(len(word)) for b in range(a + 1, len(word) + 1)}
    ordered = sorted(stretches, key=lambda piece: (-len(piece), piece))
    for skipped in range(len(ordered)):
        pieces, left = [], times
        for piece in ordered[skipped:]:
            hits = sum(word.startswith(piece, at) for at in range(len(word)))
            if hits <= left:
                pieces.append(piece)
                left -= hits
        if not left:
            return pieces
    return None


def _word(parameters: Parameters, length: int, runs: range) -> str | None:
    """The first word that keeps the rules about its ends and its letters `a`, with such a longest run."""
    for symbols in product("abcd"[: parameters["letters"]], repeat=length):
        first, last = symbols[0], symbols[-1]
        fits = {"any": True, "ascending": first < last, "different": first != last, "same": first == last}
        if fits[parameters["ends"]] and (symbols.count("a") % 2 == 0) == parameters["even"]:
            if max(len(list(group)) for _, group in groupby(symbols)) in runs:
                return "".join(symbols)
    return None


def _edges(parameters: Parameters) -> list[Arguments]:
    run, times = parameters["run"], parameters["times"]
    edges: list[Arguments] = [(1, []), (1, ["a"]), (1, ["b"]), (2, ["ab"]), (4, []), (5, ["a", "b"])]
    edges += [(3, ["ba", "ab"]), (4, ["bb", "aa"]), (4, ["bb", "a"]), (5, ["aa", "bb", "ab"])]
    # A longest run that is just right and one that is just wrong, each in a word that keeps all other rules.
    for wanted in (run, run + 1):
        for length in range(wanted, max(6, _longest(parameters)) + 1):
            word = _word(parameters, length, range(wanted, wanted + 1))
            pieces = _pieces(word, times) if word else None
            if pieces is not None:
                edges.append((length, pieces))
                break
    # A word that is a piece itself, longer than the longest run.
    for length in range(run + 2, 7):
        word = _word(parameters, length, range(1, run + 1))
        if word:
            edges.append((length, (_pieces(word, times) if times else None) or [word]))
            break
    return edges


WORDCOUNTING = Family(
    name="wordcounting",
    topic="dynamic programming",
    levels=("words without forbidden pieces", "words in which the pieces occur exactly so many times"),
    draw=_draw,
    size=_size,
    entry_point="count_words",
    signature="length: int, pieces: list[str]",
    prompt=_prompt,
    solve=count_words,
    solve_again=count_words_again,
    mutants=(
        ("letter * (run + 1)", "letter * run"),
        ("letter * (run + 1)", "letter * (run + 2)"),
        ("hits > times", "hits >= times"),
        ("for piece in pieces)\n", "for piece in pieces[:1])\n"),
        ("(parity == 0) == even", "(parity == 0) != even"),
        ("grown[-keep:]", "grown[-run:]"),
    ),
    inputs=_inputs,
    edges=_edges,
)
