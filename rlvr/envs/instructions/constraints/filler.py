"""Sentences that say little: what writers add where a text has to be longer, or to have a word more often.

- `fillers(stream, number)`: some of `FILLERS`.
- `repeated(word, number)`: one that has a word so often.
- `appended(text, sentences)`: a text with these at its end.

`FILLERS` have no commas, quotation marks or digits, one capital letter each, none of the words that constraints draw
(`vocabulary.KEYWORDS`, `forbidden_words.WORDS`), and few of the rare letters.
"""

from __future__ import annotations

from rlvr.seeding import Stream

FILLERS = (
    "This is one more thing to note.",
    "There is a reason for each of these points.",
    "Most of us will see that in due course.",
    "It helps to go over it once more.",
    "Some of this is easy to forget.",
    "The rest follows from what was said above.",
    "A little care goes a long way here.",
    "That much is clear to most of us.",
    "The details matter more than one might think.",
    "It is good to hold on to this thought.",
    "Each part has its own place in the whole.",
    "Many would agree with that.",
    "All of this takes some time to learn.",
    "Not all of it has to be done at once.",
    "The same holds for the other parts.",
    "Nothing in it is hard to understand.",
)

ALOUD = "Say it aloud:"
"""How the sentence of `repeated` begins."""


def fillers(stream: Stream, number: int) -> list[str]:
    """So many of them, in random order; none comes back before all others have been."""
    found: list[str] = []
    while len(found) < number:
        found += stream.sample(FILLERS, min(len(FILLERS), number - len(found)))
    return found


def repeated(word: str, number: int) -> str:
    """A sentence that has a word so often."""
    return f"{ALOUD} {' and '.join([word] * number)}."


def appended(text: str, sentences: list[str]) -> str:
    """A text with sentences more at its end, in its last paragraph; after a list, a table or code, on a line more."""
    added = " ".join(sentences)
    if not text.strip():
        return added
    text = text.rstrip()
    last = text[text.rfind("\n") + 1 :].lstrip()
    marked = last.startswith(("- ", "* ", "+ ", "• ", "|", "```", "#")) or last[:1].isdigit()
    return f"{text}{chr(10) if marked else ' '}{added}"
