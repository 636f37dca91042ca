"""What prompts are about, and plain English prose that writers start from.

- `TOPICS`: what a prompt asks to be written, and the subject it is about.
- `prose(stream, subject, count)`: paragraphs about a subject, in words that no constraint draws as a keyword.
"""

from __future__ import annotations

from rlvr.seeding import Stream

_KINDS = (
    "a short article about {}",
    "a letter to a friend about {}",
    "a short story about {}",
    "an advertisement for a book about {}",
    "an introduction to {} for beginners",
    "a speech about {}",
    "a review of a film about {}",
    "a diary entry about {}",
    "notes for a talk about {}",
    "an email to a colleague about {}",
    "a plan for a school project about {}",
    "a text for a web page about {}",
)

_SUBJECTS = (
    "baking bread",
    "city parks",
    "learning to swim",
    "night trains",
    "old maps",
    "bees and honey",
    "moving to another country",
    "the history of tea",
    "repairing bicycles",
    "growing tomatoes",
    "public libraries",
    "a visit to a museum",
    "life on a farm",
    "saving energy at home",
    "a long hike",
    "playing chess",
    "street food",
    "wild birds",
    "early radio",
    "working from home",
    "a rainy day",
    "coral reefs",
    "writing by hand",
    "a neighbourhood market",
    "weather forecasts",
    "keeping a cat",
    "wooden toys",
    "the first day at school",
    "folk music",
    "a trip to the coast",
)

TOPICS = tuple((kind.format(subject), subject) for kind in _KINDS for subject in _SUBJECTS)
"""What is asked for, and its subject."""

_OPENINGS = (
    "Many people have something to say about {}.",
    "There is more to {} than most of us think.",
    "Not long ago I began to read about {}.",
    "When we talk about {}, we often begin with the same few facts.",
    "It takes some time to see what {} can mean to somebody.",
)

_MIDDLES = (
    "At first it looks simple, and after a while it does not.",
    "Some learn it from their parents, others find it on their own.",
    "A friend of mine told me how it changed her weekends.",
    "It is good to start with small steps and to ask for help.",
    "What helps most is to look closely and to take notes.",
    "Nobody has to be an expert to enjoy it.",
    "There are good books on it, and better stories.",
    "Every year a few more people give it a try.",
    "The cost is low, but the care that it needs is not.",
    "Much of what we know about it is quite new.",
    "It can be done alone or together with others.",
    "Older people remember it in another way than children do.",
    "The details matter more than one would guess.",
    "Even a short time spent on it can make a day better.",
    "Mistakes are part of it and do no harm.",
    "It rewards those who come back to it again.",
)

_CLOSINGS = (
    "That is why it stays with us.",
    "So it is worth another look.",
    "In the end everyone takes something else from it.",
    "This alone is a reason to go on.",
    "We will hear more of it.",
)


def prose(stream: Stream, subject: str, count: int | None = None) -> str:
    """Paragraphs of three to five sentences about a subject, with empty lines between them.

    Args:
        stream: What the sentences are drawn from.
        subject: What they are about.
        count: How many paragraphs; by default two to four.
    """
    count = stream.integer(2, 4) if count is None else count
    middles = stream.sample(_MIDDLES, min(len(_MIDDLES), 3 * count))
    made = []
    for number in range(count):
        inner = [middles[(3 * number + place) % len(middles)] for place in range(stream.integer(1, 3))]
        opening = stream.choice(_OPENINGS).format(subject)
        made.append(" ".join([opening, *inner, stream.choice(_CLOSINGS)]))
    return "\n\n".join(made)
