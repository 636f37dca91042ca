"""`language:response_language`: the language of the whole response."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions import published
from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.language_texts import TEXTS
from rlvr.envs.language import share, shares
from rlvr.envs.language.candidates import DEFAULT
from rlvr.seeding import Stream

LEAST = 0.8
"""The share of a response's words that has to be in its language: names, titles and quoted terms take up to a fifth."""

_DEFAULT = frozenset(language for languages in DEFAULT.values() for language in languages)
_BY_LEVEL = (
    ("de", "es", "fr", "it", "pt"),
    ("ar", "hi", "ja", "ko", "ru", "tr", "vi", "zh"),
    tuple(language for language in TEXTS if language != "en"),
)


def _code(language: str) -> str:
    """The ISO 639-1 code: `zh` for langdetect's `zh-cn` and `zh-tw`."""
    return language.partition("-")[0].lower()


class ResponseLanguage(Constraint):
    """The response is in one language, by the share of its words: `docs/language.md` says how they are told.

    At least 0.8 of the words that are in any language, in a sample of at most 20 kB: where the response has more than
    that without code, formulas and addresses, its first and its last 10 kB. A response of which nothing can be told is
    in no language. All languages of IFEval are told apart; one that `rlvr.envs.language` can name but does not expect
    by default (Catalan) is expected where it is asked for.

    Raises:
        ValueError: There is no such language.
    """

    id = "language:response_language"
    source = "IFEval"
    phrasings = (
        "Your ENTIRE response should be in {language} language, no other language is allowed.",
        "Respond only in {language}.",
        "Write the whole answer in {language} and in no other language.",
    )
    parameters = ("language",)
    phase = Phase.WHOLE
    differs = (
        "`reference` asks only for the language that is most likely, and takes a response of which nothing can be told,"
        " such as `12345 !!!`, for any language."
    )
    approximates = (
        "langdetect, unless the extra `reference` is installed: `rlvr.envs.language` names the language with the "
        "largest share."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A language of Western Europe, then other large ones, then any that writers know."""
        return {"language": stream.choice(_BY_LEVEL[level - 1])}

    def said(self, kwargs: Any) -> dict[str, str]:
        """By its name."""
        code = _code(kwargs["language"])
        return {"language": TEXTS[code][0] if code in TEXTS else code}

    def check(self, response: str, *, language: str) -> bool:
        """Its share of the words is large enough."""
        return share(response, _code(language)) >= LEAST

    def reference(self, response: str, *, language: str) -> bool:
        """Langdetect says so, or can tell nothing; without it, no other language has a larger share."""
        told = published.language(response)
        if told is not None:
            # Rows ask for `zh-cn`, generated prompts for `zh`.
            return told in (language, published.UNDETECTABLE) or told.partition("-")[0] == language
        code = _code(language)
        found = shares(response, languages=None if code in _DEFAULT else (*_DEFAULT, code))
        return not found or next(iter(found)) == code

    def write(self, text: str, stream: Stream, *, language: str) -> str:
        """A short text in the language.

        Raises:
            ValueError: There is none in this language.
        """
        if self.check(text, language=language):
            return text
        code = _code(language)
        if code not in TEXTS:
            raise ValueError(f"Expected language to be one of {', '.join(TEXTS)}, actually: {language!r}.")
        return TEXTS[code][1]

    def spoil(self, text: str, stream: Stream, *, language: str) -> str:
        """Another language instead, or as well, or nothing that is in a language."""
        other = TEXTS[stream.choice([code for code in TEXTS if code != _code(language)])][1]
        kind = stream.below(3)
        if kind == 0:
            return other
        if kind == 1:
            return "12345 !!!"
        return f"{text}\n\n" + "\n\n".join([other] * (1 + len(text) // len(other)))
