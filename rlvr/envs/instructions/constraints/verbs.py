"""Common English verbs, and how their forms are told.

- `is_verb(word)`: whether a word is a form of one of `VERBS`, or looks like a form of a verb.
- `is_noun_before(word, rest)`: whether such a word is a noun where it stands.
- `MODALS`: verbs without forms of their own.
"""

from __future__ import annotations

import re

_PLAIN = (
    "accept accomplish accumulate achieve acknowledge acquire adapt add address adhere adjust admire admit adopt"
    " adore advise advocate affirm agree aim align allocate allow alter amplify analyse analyze anticipate apologize"
    " appear apply appoint appreciate approve argue arise arrange arrive articulate ascend ascertain ask aspire"
    " assemble assert assess assign assist assume assure attach attain attend attract avoid await awaken bake be"
    " become befriend beg begin behave behold believe belong beware bind bleed bless boil borrow breathe brew bring"
    " broaden browse bury buy calculate captivate carry carve celebrate cherish choose chop cite clarify classify"
    " clean clear cling collaborate collect combine come commence communicate compare compete compile complete comply"
    " compose comprehend compress compute conceive concentrate conclude conduct confess configure confirm confront"
    " congratulate connect conquer consider consist construct consult consume contain contemplate continue contribute"
    " convert convey convince cooperate cope correct create cultivate customize decide declare decompose decorate"
    " dedicate deem deepen defend define delegate delete deliver delve demonstrate deny depart depend depict deploy"
    " derive descend describe deserve destroy detect determine develop devise devote differentiate diminish disagree"
    " discard discover discuss dismiss distinguish distribute diversify divide do donate draw earn eat edit educate"
    " elaborate elevate eliminate embark embrace emerge emphasize employ empower enable enclose encourage endeavor"
    " endure engage enhance enjoy enlist enrich enroll ensure enter entertain entrust envision equip erase escape"
    " establish evaluate evoke evolve examine exceed excel exclude execute exist expand expect explain explore express"
    " extend facilitate familiarize feel fetch finalize finish flee fling follow forbid forget forgive form formulate"
    " foster gather gaze generate get give go grab grant grasp greet grow happen harness have hear heed hesitate hide"
    " hold identify ignite ignore illuminate illustrate imagine immerse implement imply impose improve incorporate"
    " indicate indulge infer inform inherit initialize initiate inject innovate inquire insert insist inspect inspire"
    " install instruct integrate intend interact interpret intertwine introduce invent invest investigate invite"
    " involve iterate join jot juggle justify keep knead kneel know lay learn lend let leverage lie lighten listen"
    " live locate lose maintain make manage maximize mean meet melt mention merge minimize mitigate mix modify"
    " multiply navigate negotiate nurture obey obtain occur omit open operate oppose optimize organize originate"
    " overcome oversee owe own participate perceive perform permit persist persuade please plunge ponder pour pray"
    " predict prefer prepare present preserve presume pretend prevent prioritize proceed produce promote propose"
    " protect prove provide publish pursue put quit raise reach react read realize recall receive recognize recommend"
    " reconsider recruit reduce refer refine reflect refrain refuse reimagine reject relate relax rely remain remember"
    " remind remove render renew rent replace represent require resist resolve respond restore restrict retain rethink"
    " retrieve reveal revise revisit rise save say scatter see seek seem select sell send separate serve settle shoot"
    " shut simplify simulate sing sit slow solve speak specify spend stay steal stir strengthen strive submit"
    " subscribe succeed suffer suggest summarize summon suppose surrender survive suspect swear sweep synthesize"
    " tackle tailor take teach tear tell thank think thrive tolerate toss transcend transform translate traverse try"
    " tune uncover understand undertake unfold unify unleash unlock unravel unveil utilize validate vanish vary verify"
    " visualize wake wander want warn wear weave weep whisk write yearn zoom"
)
_ALSO_NOUNS = (
    "access act advance answer approach attack attempt balance base bear beat bend bite blend book bow brainstorm"
    " break bridge build burn bypass calm care cast catch cause center challenge chance change charge chart check"
    " click climb close code command comment compromise concern contact control cook cost count cover craft crash"
    " cross cry cut cycle damage dance dare deal debate debug decline decrease delay demand design desire detail dig"
    " display dive document doubt download dream dress drink drive drop dump encounter estimate exercise experience"
    " experiment exploit extract face fall fear feed fight figure fill find fix float fly focus fold forecast function"
    " gauge guarantee guess guide hate help highlight hire hit honor hope host increase influence judge jump kick"
    " knock label laugh launch lead leave lift limit list load lock look love map march mark master match matter"
    " measure monitor move name need note notice observe offer order outline paint pass pause pay pick picture place"
    " plan play post practise praise press price print process program promise pull purchase push question quote rank"
    " rate record regard release repair repeat reply report request rescue research reserve respect rest return review"
    " ride roast roll run scan schedule search set shape share shift shine show sign sink sketch skip sleep slice"
    " slide smell smile smoke sort split spread stand start state step stick stop stretch strike structure struggle"
    " study supply support surround swim switch talk target test throw touch tour trace track trade train transfer"
    " transport travel treat trust turn update upgrade upload use value venture view visit vote wait walk wash watch"
    " weigh welcome whisper win wish witness wonder work worry wrap yield"
)
_IRREGULAR = (
    "am are arisen arose ate beat beaten became been began begun being bent bit bitten bled blew blown bore born"
    " borne bought bound bred broke broken brought built burnt came caught chose chosen clung crept dealt did does"
    " doing done drank drawn drew driven drove drunk dug dying eaten fallen fed fell felt fled flew flown flung"
    " forbade forbidden forgave forgiven forgot forgotten fought found froze frozen gave given gone got gotten grew"
    " grown had has having heard held hid hidden hung is kept knelt knew known laid lain lay learnt led left lent lit"
    " lost lying made meant met overcame paid proven put ran rang ridden risen rode rose rung said sang sank sat saw"
    " seeing seen sent shaken shone shook shot shown shrank slept slid sold sought spent spoke spoken sprang sprung"
    " spun stole stolen stood strove struck stuck stung sung sunk swam swept swore sworn swum swung taken taught"
    " thought threw thrown told took tore torn tying understood undertaken undertook was went wept were woke woken won"
    " wore worn wound wove woven written wrote"
)
VERBS = frozenset((_PLAIN + " " + _ALSO_NOUNS).split())
"""Base forms."""
MODALS = frozenset("can could may might must ought shall should will would".split())
"""They are verbs, but not to the tag set of the Penn Treebank, where they have a tag of their own."""

_NOUNS = frozenset(_ALSO_NOUNS.split())
_FORMS = frozenset(_IRREGULAR.split())
_FINITE = frozenset("is are was were has had can could may might must should will would isn't aren't wasn't".split())
_NO_FORMS = frozenset(
    (
        "thanks"
        " anything ceiling darling during evening everything king morning nothing ring sibling something spring sting"
        " string thing wing wording building pudding lightning red bed hundred need indeed seed speed weed shed sacred"
        " naked wicked kindred hatred deed feed greed reed ted fred alfred wed united nobel beijing viking"
        " sterling earring herring wedding clothing"
    ).split()
)
_PREFIX = re.compile(r"(?:re|un|over|out|mis|dis|co|pre|under|de)-?(?=[a-z]{3})")
_HEADING = re.compile(r"[*_ ]{0,8}(?::|\d)")
_ENDING = re.compile(r"[a-z]{2,}(?:[iy][sz]e|ify)$")
_NO_ENDING = frozenset(
    "otherwise likewise franchise premise promise paradise precise concise wise expertise size".split()
)
_SUFFIXES = (("ing", ("", "e")), ("ed", ("", "e")), ("s", ("",)), ("es", ("",)), ("ies", ("y",)), ("ied", ("y",)))


def is_verb(word: str) -> bool:
    """Whether a word in lower case is a form of a verb: by the list, or by its ending (`-ing`, `-ed`, `-ize`, `-ify`).

    A noun that looks like one, such as `plans`, is none; a form that is a noun as often (`plan`) is one.

    Example:
        >>> [is_verb(word) for word in ("explore", "running", "re-read", "let's", "should", "the", "plans", "morning")]
        [True, True, True, True, True, False, False, False]
    """
    word = word.replace("’", "'")
    stem, mark, ending = word.partition("'")
    if mark:
        negated = ending == "t" and stem.endswith("n") and stem != "can"
        stem = stem[:-1] if negated else stem
        if not negated and ending != "t" and stem != "let":
            return False
    if stem in ("ca", "wo", "sha", "ai"):  # Of `can't`, `won't`, `shan't`, `ain't`.
        return bool(mark)
    return stem in MODALS or _is_form(stem) or ((prefix := _PREFIX.match(stem)) is not None and _prefixed(stem, prefix))


def _prefixed(word: str, prefix: re.Match[str]) -> bool:
    return any(base in VERBS for base in _bases(word[prefix.end() :]))


def _is_form(word: str) -> bool:
    if word in VERBS or word in _FORMS:
        return True
    if word in _NO_FORMS:
        return False
    if word.endswith("s") and not word.endswith("ss"):
        return any(base in VERBS and base not in _NOUNS for base in _bases(word))
    if word.endswith(("ing", "ed")) and len(word) > 4 and word.isalpha():
        return True
    return _ENDING.match(word) is not None and word not in _NO_ENDING


def _bases(word: str) -> list[str]:
    """What a word may be a form of."""
    found = [word]
    for ending, bases in (
        ("ing", ("", "e")),
        ("ed", ("", "e")),
        ("s", ("",)),
        ("es", ("",)),
        ("ies", ("y",)),
        ("ied", ("y",)),
    ):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            found += [stem + base for base in bases]
            if stem[-1:] == stem[-2:-1]:
                found.append(stem[:-1])
    return found


def is_noun_before(word: str, rest: str) -> bool:
    """Whether such a word is a noun where it stands, before the rest of the sentence in lower case.

    It is one before a verb (`Work is`), and if it is a noun as often, in a heading (`Answer: 42`, `Step 1`).
    """
    if word in _NOUNS and _HEADING.match(rest):
        return True
    following = rest.split(maxsplit=1)
    return bool(following) and following[0] in _FINITE and word in VERBS and word not in ("be", "have", "do")
