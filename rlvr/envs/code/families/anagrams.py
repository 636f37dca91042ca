"""`anagrams`: words grouped by their letters, in one of several senses, and the groups arranged."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_ALIKE = {
    "letters": "they consist of the same letters, each as often",
    "set": "the same letters occur in them, however often",
    "consonants": "they consist of the same consonants, each as often (a, e, i, o and u are left out of account)",
    "ends": "they consist of the same letters, each as often, and have the same first and the same last letter",
}
_INNER = {
    "given": "in the order of `words`",
    "reverse": "in the reverse of their order in `words`",
    "sorted": "in ASCII order",
}
_ORDER = {
    "first": "by the place in `words` of their member that comes first there",
    "size": (
        "by size, the largest first; those of equal size by the place in `words` of their member that comes first there"
    ),
    "words": "in the ASCII order of the first word of each",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "alike": "letters" if level == 1 else stream.choice(("consonants", "ends", "set")),
        "fold": bool(stream.below(2)),
        "repeats": bool(stream.below(2)),
        "least": stream.integer(1, 3),
        "inner": stream.choice(sorted(_INNER)),
        "order": stream.choice(sorted(_ORDER)),
    }


def _size(level: int) -> int:
    return 2 * 2 * 3 * 3 * 3 * (1 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    case = "are the same" if parameters["fold"] else "differ"
    repeats = (
        "A word that occurs several times is as many members of its group."
        if parameters["repeats"]
        else "A word that occurs several times, written alike, is one member of its group, at its first place."
    )
    least = f"Leave out groups of fewer than {parameters['least']} members. " if parameters["least"] > 1 else ""
    return (
        f"Two words belong together if {_ALIKE[parameters['alike']]}; upper and lower case of a letter {case} here. "
        f"Put `words` into groups of words that belong together. {repeats} {least}Return a list of the groups, each a "
        f"list of its words {_INNER[parameters['inner']]}; the groups are sorted {_ORDER[parameters['order']]}. "
        "Words consist of ASCII letters and may be empty."
    )


def group_words(
    words: list[str], *, alike: str, fold: bool, repeats: bool, least: int, inner: str, order: str
) -> list[list[str]]:
    """A dictionary from the sorted letters to the words."""
    groups: dict[str, list[str]] = {}
    for word in words:
        letters = word.lower() if fold else word
        ends = letters[:1] + letters[-1:] if alike == "ends" else ""
        if alike == "consonants":
            letters = "".join(letter for letter in letters if letter not in "aeiouAEIOU")
        elif alike == "set":
            letters = "".join(dict.fromkeys(letters))
        group = groups.setdefault(ends + "".join(sorted(letters)), [])
        if repeats or word not in group:
            group.append(word)
    result = [group for group in groups.values() if len(group) >= least]
    for group in result:
        if inner == "sorted":
            group.sort()
        elif inner == "reverse":
            group.reverse()
    if order == "size":
        result.sort(key=len, reverse=True)
    elif order == "words":
        result.sort()
    return result


def group_words_again(
    words: list[str], *, alike: str, fold: bool, repeats: bool, least: int, inner: str, order: str
) -> list[list[str]]:
    """Each word is compared with one of each group by counting letters."""

    def same(one: str, other: str) -> bool:
        if fold:
            one, other = one.upper(), other.upper()
        if alike == "set":
            return set(one) == set(other)
        if alike == "ends" and (one[:1], one[-1:]) != (other[:1], other[-1:]):
            return False
        ignored = "AEIOUaeiou" if alike == "consonants" else ""
        return all(one.count(c) == other.count(c) for c in one + other if c not in ignored)

    places: list[list[int]] = []
    for at, word in enumerate(words):
        if not repeats and word in words[:at]:
            continue
        home = next((group for group in places if same(words[group[0]], word)), None)
        if home is None:
            places.append([at])
        else:
            home.append(at)
    places = [group for group in places if len(group) >= least]
    if order == "size":
        places.sort(key=lambda group: (-len(group), group[0]))
    texts = [[words[at] for at in (group[::-1] if inner == "reverse" else group)] for group in places]
    if inner == "sorted":
        texts = [sorted(group) for group in texts]
    return sorted(texts, key=lambda group: group[0]) if order == "words" else texts


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    words: list[str] = []
    for _ in range(stream.integer(0, 6 + 2 * parameters["least"])):
        kind = stream.below(7)
        if words and kind < 6:
            word = stream.choice(words)
            if kind == 0:
                word = stream.choice((word.swapcase(), word.title()))
            elif kind < 3:
                word = word[:1] + "".join(stream.sample(word[1:-1], len(word[1:-1]))) + (word[-1:] if word[1:] else "")
            elif kind == 3:
                word += stream.choice(word or "ae")
            elif kind == 4:
                word = "".join(stream.sample(word, len(word)))
        else:
            word = "".join(stream.choice("abcdert") for _ in range(stream.integer(1, 6)))
        words.append(word)
    return (words,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least = parameters["least"]
    pool = ["brst", "bsrt"]  # belong together in every sense
    more = ["bcdt", "bdct", "bcDt"]
    caps = ["BRST", "brst", "BSRT", "bsrt", "BsrT", "brsT"]
    return [
        ([],),
        ([""] * least,),
        (["brst", *["bdct"] * least],),
        (pool,),
        (["kdct", "zt", *pool, *pool, *pool, "a"],),
        (caps,),
        ([*more, *pool, "bcdt"],),
        (["brsst", "bsrst", "bssrt"],),
        (["brsst", "bsrst", "bssrt"][:least],),
        (["dvxt", "dxvt", "dvxt", "avvd"],),
        (["kbcdt", "kcbdt", "kdbct", "mbcdt", "mcbdt", "mdbct", "mbdct"],),
        (["mbcdt", "mcbdt", "mdbct", "kbcdt", "kcbdt", "kdbct", "kbdct"],),
    ]


ANAGRAMS = Family(
    name="anagrams",
    topic="strings",
    levels=("the same letters", "the same set, the same consonants, or the same ends too"),
    draw=_draw,
    size=_size,
    entry_point="group_words",
    signature="words: list[str]",
    prompt=_prompt,
    solve=group_words,
    solve_again=group_words_again,
    mutants=(
        ("len(group) >= least", "len(group) > least"),
        ("word.lower() if fold else word", "word if fold else word.lower()"),
        ("if repeats or word not in group", "if not repeats or word not in group"),
        ('"".join(sorted(letters))', "letters"),
    ),
    inputs=_inputs,
    edges=_edges,
)
