"""How many syllables an English word has, by its spelling.

- `syllables(word)`: the numbers that it may have, one for most.
- `parities(word)`: whether such a number is even (0) or odd (1).

The rule: a run of the vowels `a e i o u y` is a syllable. Then come what English writes and does not say (the last `e`
of `make`, that of `makes`, `asked`, `careful`), what it says and does not write (`rhythm`, `didn't`), runs that are two
syllables (`cre-ate`, `vide-o`, `re-act`), and a list of common words that follow no rule. Words that dictionaries have
with two numbers have both here: `every`, `fire`, `usual`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlvr.envs.instructions.constraints.spelling import base_letters

_LONGEST = 60
"""Characters of a word. Longer ones would only fill the cache."""

_RUN = re.compile(r"[aeiouy]+")
_PARTS = re.compile(r"[-‐‑]")

# An `e` that is not said, before the second half of a word.
_SILENT_INSIDE = re.compile(
    r"(?:(?<=[aeiouy][^aeiouy])|(?<=[aeiouy][^aeiouy][^aeiouyl]))e(?=(?:ful(?:ly)?|less(?:ly)?|ness|ments?|ly|things?|where"
    r"|body|times?|one|days?|land|works?|house|sides?|lines?|room|yard|wood|stone|base|back|man|men|shop|papers?|balls?"
    r"|ways?|town|some(?:ly)?|selves|ty|keepers?|makers?|holders?|hold|wares?|wife|books?|wise|styles?|sale|marks?|walks?"
    r"|fore|wall|cast|places?|lihood|by|head|what|how|hoods?|spread)$)"
)
_SILENT_QUE = re.compile(r"(?<=[gq])ue(?=s?$)")
_SILENT_E = re.compile(r"(?:(?<=[aeiouy])|(?<![^aeiouyl][lr]))(?<!^.)e$")
_SILENT_ES = re.compile(r"(?<![sxzcg])(?<!sh|ch)(?<![^aeiouy][lr])es$")
_SILENT_ED = re.compile(r"(?<![td])(?<![^aeiouyrlw]l)ed$")

# Where a run of vowels goes over from one syllable to the next.
_HIATUS = re.compile(
    r"(?<=^[bcdfghjklmnprstvwz]i)(?=[ao])|(?<=^[cdfgjkpqst][hlr]i)(?=[ao])"  # li-on, tri-al
    r"|(?<=^sci)(?=e)|(?<=^di)(?=et)|(?<=cli)(?=en)|(?<=qui)(?=et)|(?<=[cx]i)(?=et)"  # sci-ence, soci-ety
    r"|(?<=i)(?=a)(?<![cstgl]i)(?!age?)|(?<=[^l]li)(?=a)|(?<=li)(?=anc)|(?<=[cstg]i)(?=at)"  # medi-a, not so-cial
    r"|(?<=i)(?=o)(?<![cstgxlnh]i)|(?<=[ln]i)(?=o(?!n))"  # peri-od but na-tion, opin-ion
    r"|(?<=i)(?=um|us|et|en[tc])(?<![cstgr]i)|(?<=ri)(?=et|u|en[tc])|(?<=i)(?=er$|ers$|est$|eth$)"  # easi-er
    r"|(?<=^ge)(?=o(?!r))|(?<=^the)(?=o)|(?<=[dr]e)(?=o(?!u))|(?<=[nrt]e)(?=ous$)"  # ge-ology, vide-o
    r"|(?<=[aeiouy][^aeiouyc]e)(?=a$|um$|an$)"  # ide-a, muse-um
    r"|(?<=[bcdfhjklmnprstvwxyz]u)(?=a|ou|el|en|ity|ing|ish|ist|id$)"  # usu-al, flu-ent
    r"|(?<=^re)(?=act|ali|arr|app|ass|aff|org|ope|occ|us|uni|inf|ins|int|inv|elec)|(?<=cre)(?=at(?!ur))"  # re-act
    r"|(?<=^co)(?=op|ord|au|exi|inc)|(?<=^bi)(?=[oa])|(?<=po)(?=e[mt])|(?<=a)(?=o)"  # co-operate, po-et, cha-os
    r"|(?<=[aeoy])(?=ing)|(?<=[oy])(?=is[mt])|(?<=[aeiou]y)(?=[aeiou])"  # see-ing, play-er
)
_UNWRITTEN = re.compile(r"(?:sm|sms|thm|thms)$|^mc(?=[^aeiouy])")
_CONTRACTED = re.compile(r"^(?:did|could|would|should|is|was|does|have|has|had|might|must|need|ought)n$")
_SIBILANT = re.compile(r"(?:[sxz]|sh|ch|[cgsz]e)$")

_OR_ONE_LESS = re.compile(
    r"^every|i(?:ar|or|ors|ent|ence|us|an|ans|a)$|iou?s$|ual(?:ly)?$|ower(?:s|ful)?$"
    r"|[aeiouy][^aeiouy]+[eou]r(?:y|ies|al|ally|ence|ences|ent|ently|able|ing)$|[eo]n(?:ing|er|ers)$"
)
_OR_ONE_MORE = re.compile(r"(?:[^aeiou]|^)i(?:res?|red)$|^(?:h|fl|s)?ours?$|^(?:real|really|theirs?|toward|towards)$")

_LISTED: dict[str, tuple[int, ...]] = {}
for _numbers, _words in (
    ((1,), "queue queues realm scheme aisle beau tongue tongues friend friends view views priest ache"),
    (
        (2,),
        "hatred hundred naked sacred wicked kindred business persuade language forehead wednesday iron soldier premier"
        " frontier cashier glacier being going doing seeing suede argue ruin ruins people something somewhat maybe cafe"
        " duet dial neon idol foreign sovereign lawyer mayor colonel lettuce surface minute island islands acre acres"
        " centre centres eyebrow eyebrows spokesman whereas whoever triumph biscuit"
        " science sciences client clients silent genuine rescue tissue value issue statue virtue chaos naive cello",
    ),
    (
        (3,),
        "nuclear linear area areas idea ideas ideal ideals recipe recipes suicide museum museums businesses businessman"
        " created creating creation continue dialogue violin violent violence coincide anyone element elements"
        " piano pianos caribbean video videos radio radios banana period periods rodeo",
    ),
    ((4,), "apostrophe catastrophe society variety anxiety reality coincidence anybody everybody continuing"),
    ((5,), "simultaneous miscellaneous university"),
    (
        (1, 2),
        "our ours hour hours sour flour oil boil soil real power tower flower shower toward towards prayer prayers"
        " vowel towel jewel cruel fuel dual duel",
    ),
    (
        (2, 3),
        "every different family families favorite favourite chocolate camera cameras several interest interests average"
        " evening evenings vacuum theater theaters theatre theatres diaper cabinet corporate beverage opera everyday"
        " restaurant restaurants diamond diamonds diary natural difference everything everyone everywhere",
    ),
    (
        (3, 4),
        "vegetable vegetables temperature temperatures comfortable interested interesting differences desperately"
        " separately literature ordinary generally naturally differently",
    ),
    ((4, 5), "laboratory uncomfortable interestingly"),
):
    _LISTED.update(dict.fromkeys(_words.split(), _numbers))


def syllables(word: str) -> tuple[int, ...]:
    """The numbers of syllables that a word may have, in order; none where it has a digit or a letter that is not Latin.

    Nor has a word of more than 60 characters any: no word of English is so long.

    Example:
        >>> syllables("banana"), syllables("Every"), syllables("well-known"), syllables("3rd")
        ((3,), (2, 3), (2,), ())
    """
    return _counted(word) if len(word) <= _LONGEST else ()


def parities(word: str) -> frozenset[int]:
    """What remains of its number of syllables when divided by 2: 0, 1, or both; nothing where it is not known."""
    return _parities(word) if len(word) <= _LONGEST else frozenset()


@lru_cache(maxsize=16384)
def _parities(word: str) -> frozenset[int]:
    return frozenset(number % 2 for number in _counted(word))


@lru_cache(maxsize=16384)
def _counted(word: str) -> tuple[int, ...]:
    word = base_letters(word)
    if not word.isascii():
        return ()
    numbers = {0}
    for part in _PARTS.split(word):
        found = _of_part(part)
        numbers = {one + other for one in numbers for other in found}
    return tuple(sorted(numbers))


def _of_part(word: str) -> tuple[int, ...]:
    """The same of a word without hyphens."""
    if word in _LISTED:
        return _LISTED[word]
    stem, mark, ending = word.partition("'")
    if not stem.isalpha() or not (ending.isalpha() or not mark):
        return ()
    found = _LISTED.get(stem) or _by_rule(stem)
    more = 0
    if mark:
        more = int(
            (ending == "t" and _CONTRACTED.match(stem) is not None)
            or (ending == "s" and _SIBILANT.search(stem) is not None)
            or (ending in ("ll", "ve", "d", "re") and stem[-1] not in "aeiouy")
        )
        if ending == "t" and _CONTRACTED.match(stem):
            found = _LISTED.get(stem[:-1]) or _by_rule(stem[:-1])
    return tuple(number + more for number in found)


def _by_rule(word: str) -> tuple[int, ...]:
    said = _SILENT_QUE.sub("", _SILENT_INSIDE.sub("", word))
    if said.endswith("e"):
        said = _SILENT_E.sub("", said)
    elif said.endswith("es"):
        said = _SILENT_ES.sub("s", said)
    elif said.endswith("ed"):
        said = _SILENT_ED.sub("d", said)
    runs = len(_RUN.findall(said)) + len(_HIATUS.findall(said)) + len(_UNWRITTEN.findall(said))
    number = max(runs, 1)
    if number > 1 and _OR_ONE_LESS.search(word):
        return number - 1, number
    return (number, number + 1) if _OR_ONE_MORE.search(word) else (number,)
