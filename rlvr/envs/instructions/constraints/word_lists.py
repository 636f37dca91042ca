"""Lists of English words that constraints count: conjunctions, pronouns, stop words, and first names.

- `CONJUNCTIONS`: the seven coordinating conjunctions.
- `PRONOUNS`: by the classes that grammars of English have.
- `STOP_WORDS`: function words; `PUBLISHED_STOP_WORDS`: those of IFBench.
- `PERSON_NAMES`: the names that IFBench's instruction lists.
"""

from __future__ import annotations

CONJUNCTIONS = ("and", "but", "for", "nor", "or", "so", "yet")
"""What joins clauses of equal rank."""

_PERSONAL = "i me we us you he him she her it they them"
_POSSESSIVE = "my mine our ours your yours his hers its their theirs"
_REFLEXIVE = "myself ourselves yourself yourselves himself herself itself oneself themself themselves"
_DEMONSTRATIVE = "this that these those"
_INTERROGATIVE = "who whom whose which what whoever whomever whatever whichever"
_INDEFINITE = (
    "anybody anyone anything everybody everyone everything nobody nothing somebody someone something each either"
    " neither both all some any none others"
)

PRONOUNS = frozenset(f"{_PERSONAL} {_POSSESSIVE} {_REFLEXIVE} {_DEMONSTRATIVE} {_INTERROGATIVE} {_INDEFINITE}".split())
"""Pronouns, and possessives and quantifiers that also stand before a noun (`my`, `this`, `some`), as IFBench counts.

Beyond its list: `oneself`, `themself`, `others`. Words that are seldom pronouns are left out: `one`, `many`, `such`.
"""

_FUNCTION_WORDS = (
    "a an the am is are was were be been being have has had having do does did doing can will should about above after"
    " against as at before below between by down during from in into of off on out over through to under until up with"
    " because if than while again further here how just more most no not now once only other own same such then there"
    " too very when where why few"
)
_MORE_FUNCTION_WORDS = (
    "done may might must shall would ought could cannot across along among around behind beneath beside beyond despite"
    " except inside like near onto outside past per since throughout till toward towards upon via within without"
    " although lest though unless whenever wherever whereas whether also already always else even ever much never still"
    " thence thus many less least enough several another every one ones"
)
_NEGATIONS = "ain aren couldn didn doesn don hadn hasn haven isn mightn mustn needn shan shouldn wasn weren won wouldn"
_CLITICS = "s t d m o ll re ve y ma"
_ONLY_HERE = (
    "us mine oneself themself others whose whoever whomever whatever whichever anybody anyone anything everybody"
    " everyone everything nobody nothing somebody someone something either neither none yet"
)

STOP_WORDS = PRONOUNS.union(
    f"{_FUNCTION_WORDS} {_MORE_FUNCTION_WORDS}".split(),
    CONJUNCTIONS,
    (f"{stem}'t" for stem in f"{_NEGATIONS} can".split()),
)
"""Function words of English: articles, pronouns, auxiliaries, prepositions, conjunctions, and adverbs of their kind."""

PUBLISHED_STOP_WORDS = frozenset(
    PRONOUNS.union(CONJUNCTIONS, f"{_FUNCTION_WORDS} {_NEGATIONS} {_CLITICS}".split()).difference(_ONLY_HERE.split())
)
"""Those that NLTK's list has too, with what is left of `don't` and `it's` where an apostrophe ends a word.

IFBench uses that list. It lacks most indefinite pronouns, many auxiliaries (`would`, `must`) and prepositions (`upon`).
"""

PERSON_NAMES = (
    "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin"
    " Harper Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria"
    " Elijah Layla Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella"
    " Jonathan"
).split()
"""The fifty names that IFBench's instruction `count:person_names` lists: they are what is asked for."""

FRESH_WORDS = (
    "able airy ample apt avid bare basic blunt bold brief bright brisk broad busy calm candid cheap cheery civil"
    " clean clever close compact costly cozy crisp curious daily daring decent dense direct distant dry durable eager"
    " early earnest elastic equal exact faint fair faithful famous fertile fine firm flat fluid formal frank free"
    " fresh frugal full gentle genuine glad gradual grand handy happy hardy harsh hearty heavy helpful hidden honest"
    " humble ideal idle jolly joyful keen kind lasting lavish lean light likely lively local lofty loose loud loyal"
    " lucid major mellow merry mild minor mobile modern modest moist moral mutual narrow native neat noble normal"
    " novel odd open orderly pale patient plain pleasant polite popular private prompt proper proud public pure"
    " quick quiet rapid rare ready regular remote rich rigid robust round rural scarce secure serene serious shallow"
    " sharp shiny silent sincere sleek slow smooth sober social soft solid stable steady steep stern strict sturdy"
    " subtle sunny swift tame tender tidy tight timely tough urban urgent useful vague vast vivid warm wary wide"
    " wise witty worthy young"
).split()
"""Plain adjectives that writers use where a text needs words that it does not have."""
