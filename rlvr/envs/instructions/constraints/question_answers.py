"""`custom:mcq_count_length`: four multiple choice questions, each longer than the one before."""

from __future__ import annotations

import re
from itertools import pairwise

from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer
from rlvr.envs.instructions.text import count_words, is_rule
from rlvr.seeding import Stream

QUESTIONS = 4
OPTIONS = 5

_LABEL = re.compile(r"[\s*#_>]*Question\b[\s*_]*(?:(?:no\.?|number)?\s*#?\d+\b)?[\s.:)\-–—*_]*", re.IGNORECASE)
_OPTION = re.compile(r"[\s*_\-]*\(?([A-Ea-e])[*_]*[.):\]][*_]*\s*\S")
_ANSWER = re.compile(r"\W*(?i:(?:correct\s+)?answer)\W+[A-E]\b")
_LONGEST_ANSWER = 80
_MOST_LINES = 500

_PUBLISHED_LABEL = re.compile(r"Question \d+[.|):;]?\s*")
_PUBLISHED_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")

_MADE = (
    ("Who painted Guernica?", "Pablo Picasso", "Henri Matisse", "Salvador Dali", "Joan Miro", "Marc Chagall"),
    ("Which movement did Andre Breton found in 1924?", "Surrealism", "Cubism", "Fauvism", "Pop Art", "Futurism"),
    (
        "Which school of design did Walter Gropius found in the city of Weimar in 1919?",
        "Bauhaus",
        "De Stijl",
        "Vkhutemas",
        "The Slade",
        "Black Mountain College",
    ),
    (
        "Which painter of Abstract Expressionism became known in the late 1940s for canvases onto which he dripped and"
        " poured his paint?",
        "Jackson Pollock",
        "Mark Rothko",
        "Barnett Newman",
        "Franz Kline",
        "Clyfford Still",
    ),
)


class MultipleChoiceQuestions(WholeAnswer):
    """Four questions labelled `Question`, with five options each; the texts of the questions grow longer."""

    id = "custom:mcq_count_length"
    phrasings = (
        'Generate 4 multiple choice questions with 5 options each about "20th century art history". Each question'
        ' should start with the label "Question". The questions should get progressively longer. Do not provide an'
        " explanation.",
        "Write 4 multiple choice questions about the art history of the 20th century, and nothing before or after them."
        ' Each begins with the label "Question" and has 5 options, A to E, and each is longer than the one before.',
    )
    differs = (
        "`reference` asks for `Question` and a number without markup, knows fewer forms of options, and does not look"
        " at what follows an option. Neither knows what the questions are about."
    )

    def check(self, response: str) -> bool:
        """Options are lines from A to E in order; a line with the letter of the answer may follow, and no other."""
        lengths: list[int] = []
        options = OPTIONS
        lines = response.splitlines()
        if len(lines) > _MOST_LINES:
            return False
        for line in lines:
            if not line.strip() or is_rule(line):
                continue
            label, option = _LABEL.match(line), _OPTION.match(line)
            if label is not None:
                if options != OPTIONS or len(lengths) == QUESTIONS:
                    return False
                lengths.append(_length(line[label.end() :]))
                options = 0
            elif not lengths:
                return False
            elif option is not None and options < OPTIONS:
                if option[1].upper() != "ABCDE"[options]:
                    return False
                options += 1
            elif options == 0:
                lengths[-1] += 1 + _length(line)
            elif options < OPTIONS or _ANSWER.match(line) is None or len(line) > _LONGEST_ANSWER:
                return False
        grow = lengths[:1] > [0] and all(one < other for one, other in pairwise(lengths))
        return len(lengths) == QUESTIONS and options == OPTIONS and grow

    def reference(self, response: str) -> bool:
        """Parts between labels; in each, five lines that begin like options, and what stands before the first."""
        if not response.startswith("Question"):
            return False
        parts = [stripped for part in _PUBLISHED_LABEL.split(response) if (stripped := part.strip())]
        if len(parts) != QUESTIONS:
            return False
        lengths = []
        for part in parts:
            lines = [line.strip() for line in part.split("\n")]
            options = [number for number, line in enumerate(lines) if _PUBLISHED_OPTION.match(line)]
            if len(options) != OPTIONS:
                return False
            lengths.append(len(" ".join(lines[: options[0]]).strip()))
        return all(one < other for one, other in pairwise(lengths))

    def answer(self, stream: Stream) -> str:
        """Four questions, their options in drawn order."""
        parts = []
        for number, (question, *options) in enumerate(_MADE, start=1):
            drawn = zip("ABCDE", stream.sample(options, OPTIONS), strict=True)
            parts.append("\n".join([f"Question {number}: {question}", *(f"{mark}) {said}" for mark, said in drawn)]))
        return "\n\n".join(parts)

    def spoil(self, text: str, stream: Stream) -> str:
        """With the questions from last to first, or without the last option."""
        if stream.below(2):
            return text.rstrip().rsplit("\n", 1)[0] + "\nThese questions are about painting and design."
        begins = [found.start() for found in re.finditer(r"^[\s*#_>]*Question\b", text, re.MULTILINE | re.IGNORECASE)]
        parts = [text[begin:end].strip() for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]
        return "\n\n".join(parts[::-1])


def _length(text: str) -> int:
    """How many characters a part of a question has; none if it has no word."""
    return len(" ".join(text.split())) if count_words(text) else 0
