"""`length_constraints:number_sentences`: how many sentences the response has."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions import published
from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.relations import AT_LEAST, RELATIONS, holds, said
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream


class NumberSentences(Constraint):
    """The response has at least, or less than, so many sentences."""

    id = "length_constraints:number_sentences"
    source = "IFEval"
    phrasings = (
        "Your response should contain {often}.",
        "Write {often}.",
        "Answer with {often}.",
    )
    parameters = ("num_sentences", "relation")
    phase = Phase.COUNT
    differs = (
        "`reference` ends no sentence at a line break: a list or a poem without full stops is one sentence, and the "
        "number of an item (`1.`) is one of its own."
    )
    approximates = "NLTK's Punkt model, unless the extra `reference` and its data are installed, by `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 4 to 8 times the level, or less than 24 to 12, the fewer the higher the level."""
        relation = stream.choice(RELATIONS)
        number = stream.integer(4, 8 * level) if relation == AT_LEAST else stream.integer(12, 36 - 6 * level)
        return {"num_sentences": number, "relation": relation}

    def check(self, response: str, *, num_sentences: float, relation: str) -> bool:
        """Sentences as `rlvr.envs.instructions.text.sentences` has them."""
        return holds(len(sentences(response)), relation, num_sentences)

    def reference(self, response: str, *, num_sentences: float, relation: str) -> bool:
        """Sentences as Punkt has them, or about so where it is not installed."""
        found = published.sentences(response)
        if found is None:
            found = punkt_sentences(response)
        return holds(len(found), relation, num_sentences)

    def write(self, text: str, stream: Stream, *, num_sentences: float, relation: str) -> str:
        """More at the end, or some joined by semicolons."""
        number = int(num_sentences)
        if self.check(text, num_sentences=num_sentences, relation=relation):
            return text
        if relation == AT_LEAST:
            return _lengthened(text, stream, number)
        return _joined(text, number - 1)

    def spoil(self, text: str, stream: Stream, *, num_sentences: float, relation: str) -> str:
        """The same the other way round."""
        number = int(num_sentences)
        if relation == AT_LEAST:
            return _joined(text, number - 1)
        return _lengthened(text, stream, number)

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`at least 10 sentences`."""
        return {"often": said(kwargs["relation"], kwargs["num_sentences"], "sentence")}


def _lengthened(text: str, stream: Stream, number: int) -> str:
    """With at least so many sentences. The first one added may go on with a last line that has no full stop."""
    while (missing := number - len(sentences(text))) > 0:
        text = appended(text, fillers(stream, missing))
    return text


def _joined(text: str, number: int) -> str:
    """With at most so many sentences: joined inside their lines first, then across them, and no words lost."""
    if number <= 0:
        return "…"
    surplus = len(sentences(text)) - number
    lines = text.split("\n")
    for at in range(len(lines) - 1, -1, -1):
        if surplus <= 0:
            return "\n".join(lines)
        parts = sentences(lines[at])
        joined = min(surplus, len(parts) - 1)
        if joined > 0:
            first = len(parts) - 1 - joined
            last = "; ".join([part.rstrip(".!?…*_") for part in parts[first:-1]] + [parts[-1]])
            indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
            lines[at] = indent + " ".join([*parts[:first], last])
            surplus -= joined
    if surplus <= 0:
        return "\n".join(lines)
    parts = [part.rstrip(".!?…*_") for part in sentences("\n".join(lines))]
    return ". ".join([*parts[: number - 1], "; ".join(parts[number - 1 :])]) + "."
