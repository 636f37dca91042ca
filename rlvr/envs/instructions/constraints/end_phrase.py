"""`startend:end_checker`: a phrase that the response ends with."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.text import LETTER
from rlvr.seeding import Stream

PHRASES = (
    "Any other questions?",
    "Is there anything else I can help with?",
    "Let me know how it goes.",
    "That is all there is to say.",
    "I hope this helps you on your way.",
    "What would you do in that case?",
    "Please tell me what you think.",
    "And so it ends.",
    "I wish you all the best with it.",
    "Now it is your turn.",
)
"""No comma, no quotation mark, one sentence each."""

_CLOSING = "\"'”’»)]*_` \t\r\n"
_LETTER = re.compile(LETTER)


class EndChecker(Constraint):
    """The response ends with a phrase."""

    id = "startend:end_checker"
    source = "IFEval"
    phrasings = (
        "Finish your response with this exact phrase: {end_phrase} No other words should follow this phrase.",
        "The very end of your answer has to be: {end_phrase}",
        "End with these words and say nothing after them: {end_phrase}",
    )
    parameters = ("end_phrase",)
    phase = Phase.ENDS
    differs = (
        "`reference` takes any case, and a phrase that begins inside a word (`art.` in `the start.`); of closing marks "
        'after it, only `"`, where `strict` takes curly quotation marks, brackets and emphasis too.'
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One of ten."""
        return {"end_phrase": stream.choice(PHRASES)}

    def check(self, response: str, *, end_phrase: str) -> bool:
        """As it is written, or all of it in capitals or in lower case, for a response that has to be so.

        Quotation marks, brackets and emphasis may close after it.
        """
        phrase = _straight(end_phrase.strip())
        text = _straight(response)
        for end in (text.rstrip(), text.rstrip(_CLOSING)):
            for said in (phrase, phrase.upper(), phrase.lower()):
                if end.endswith(said):
                    before = end[len(end) - len(said) - 1 : len(end) - len(said)] if len(end) > len(said) else ""
                    return not (_LETTER.match(before) and _LETTER.match(said))
        return False

    def reference(self, response: str, *, end_phrase: str) -> bool:
        """In any case, but for quotation marks at the end, as published."""
        return response.strip().strip('"').lower().endswith(end_phrase.strip().lower())

    def write(self, text: str, stream: Stream, *, end_phrase: str) -> str:
        """With the phrase at its end: inside the quotation marks, and in the case of all the rest."""
        if self.check(text, end_phrase=end_phrase):
            return text
        phrase = end_phrase.strip()
        phrase = phrase.upper() if text.isupper() else phrase.lower() if text.islower() else phrase
        body = text.rstrip()
        if len(body) > 1 and body[0] == body[-1] == '"':
            return f'{appended(body[:-1], [phrase])}"'
        return appended(text, [phrase])

    def spoil(self, text: str, stream: Stream, *, end_phrase: str) -> str:
        """With words after the phrase."""
        more = next(one for one in fillers(stream, 2) if not self.check(one, end_phrase=end_phrase))
        return f"{text.rstrip()} {more}"

    def said(self, kwargs: Any) -> dict[str, str]:
        """The phrase as it is."""
        return {"end_phrase": kwargs["end_phrase"]}


def _straight(text: str) -> str:
    return text.replace("’", "'")
