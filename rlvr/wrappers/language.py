"""Terms for the language that the model thinks and answers in.

- `Language`: the share of one language in the thoughts.
- `LanguageAgreement`: a bonus where question, thoughts and answer are in one language.

Which language a text is in, and what of it is no language at all, says `rlvr.envs.language`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import gymnasium as gym

from rlvr.core import Info, Message, Observation
from rlvr.wrappers.base import RewardTerm
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.format import chosen_weight, require_opened_think, same
from rlvr.wrappers.grammar import split_think

Env = gym.Env[Observation, str]


class _Asked(RewardTerm):
    """A term that knows what the user said, even if the caller has since changed the messages that `reset` gave."""

    asked = ""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        observation, info = super().reset(seed=seed, options=options)
        self.asked = user_text(observation)
        return observation, info


class Language(_Asked):
    """Reward thoughts in one language.

    Term: `weight` times the share of the target language among the words of the thoughts: what stands in the think of
    each turn, or all of a turn without one. Where nothing can be told, as in `20+11=31`, it is 0.0.

    Commutes with all terms that do not look at the total.

    Args:
        target ("en"): An ISO 639-1 code, or `prompt`: the language of more than half of the user's messages; where they
            have none, or several, the term is 0.0.
        weight (None: 0.1; 1.0 with `preset="paper"`): At least 0.
        opened_think (False): The chat template ends the prompt with `<think>`.

    Bounds: `[0, weight]` for right and wrong answers.

    Source: DeepSeek-R1 (arXiv:2501.12948, section 2.3.2): the share of target language words in the chain of thought,
    added to the reward as it is.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.language import Language
        >>> env = Language(gym.make("rlvr/Math-v0", families="sum", level=2), target="ru", weight=0.2)
        >>> _ = env.reset(seed=1)
        >>> env.step("<think>Сначала сложим десятки, потом единицы.</think> The answer is 30.")[1]
        0.2
    """

    term_name = "language"
    target: str
    weight: float
    opened_think: bool

    def __init__(
        self,
        env: Env,
        *,
        target: str = "en",
        weight: float | None = None,
        opened_think: bool = False,
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if not isinstance(target, str):
            raise ValueError(f'Expected target to be a language such as "en", or "prompt", actually: {target!r}.')
        if target != "prompt":
            from rlvr.envs.language import share

            share("", target)  # Says now if there is no such language.
        require_opened_think(opened_think)
        weight = chosen_weight(weight, common, paper=1.0)
        super().__init__(env, target=target, weight=weight, opened_think=opened_think, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        return same(0.0, self.weight)

    def value(self, finished: Finished) -> float:
        """See the class."""
        if self.weight == 0.0:
            return 0.0
        from rlvr.envs.language import dominant, share  # Only here: it loads tables.

        target = dominant(self.asked) if self.target == "prompt" else self.target
        if target is None:
            return 0.0
        return self.weight * share(spoken(finished.actions, self.opened_think)[0], target)


class LanguageAgreement(_Asked):
    """Reward question, thoughts and answer in one language.

    Term: `weight` where each of the three that has any language is in the same one for more than half, and thoughts or
    answer have one; else 0.0. A question such as `20+11=?` or an answer that is a box alone has none and is left out.

    Commutes with all terms that do not look at the total.

    Args:
        weight (0.1): At least 0; the paper's number.
        languages (None: the usual ones): ISO 639-1 codes of the languages that may occur, see `rlvr.envs.language`.
        opened_think (False): The chat template ends the prompt with `<think>`.

    Bounds: `[0, weight]` for right and wrong answers.

    Source: Magistral (arXiv:2506.10910, section 2.2.4): 0.1 where a classifier says the same of all three, LaTeX and
    code taken out before.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.language import LanguageAgreement
        >>> env = LanguageAgreement(gym.make("rlvr/Math-v0", families="sum", level=2))
        >>> _ = env.reset(seed=1)
        >>> env.step("<think>Сначала сложим десятки, потом единицы.</think> The answer is 31.")[1]
        1.0
    """

    term_name = "language_agreement"
    weight: float
    languages: list[str] | None
    opened_think: bool

    def __init__(
        self,
        env: Env,
        *,
        weight: float = 0.1,
        languages: Sequence[str] | None = None,
        opened_think: bool = False,
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if languages is not None:
            from rlvr.envs.language import shares

            shares("", languages=languages)  # Says now if there is no such language.
            languages = list(languages)
        require_opened_think(opened_think)
        weight = chosen_weight(weight, common, paper=0.1)
        super().__init__(env, weight=weight, languages=languages, opened_think=opened_think, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        return same(0.0, self.weight)

    def value(self, finished: Finished) -> float:
        """See the class."""
        if self.weight == 0.0:
            return 0.0
        from rlvr.envs.language import shares  # Only here: it loads tables.

        thoughts, answer = spoken(finished.actions, self.opened_think)
        languages = None if self.languages is None else tuple(self.languages)
        heard = [shares(text, languages=languages) for text in (thoughts, answer)]
        heard.append(_of_question(self.asked, languages))
        if not heard[0] and not heard[1]:
            return 0.0
        first = [next(iter(found.items())) for found in heard if found]
        agree = len({language for language, _ in first}) == 1 and all(part > 0.5 for _, part in first)
        return self.weight * agree


@lru_cache(maxsize=4_096)
def _of_question(text: str, languages: tuple[str, ...] | None) -> dict[str, float]:
    """The shares of a question; the members of a group ask it again and again. Not to be changed."""
    from rlvr.envs.language import shares

    return shares(text, languages=languages)


def user_text(opening: Sequence[Message]) -> str:
    """What the user says in the opening; of content in parts, the texts."""
    texts = []
    for message in opening:
        if message["role"] != "user" or message["content"] is None:
            continue
        if isinstance(message["content"], str):
            texts.append(message["content"])
        else:
            texts += [part["text"] for part in message["content"] if part["type"] == "text"]
    return "\n".join(texts)


def spoken(actions: Sequence[str], opened_think: bool) -> tuple[str, str]:
    """The thoughts of all turns, those without a think whole, and the answers of those with one."""
    thoughts, answers = [], []
    for action in actions:
        split = split_think(action, opened_think)
        thoughts.append(action if split.thoughts is None else split.thoughts)
        if split.thoughts is not None:
            answers.append(split.answer)
    return "\n".join(thoughts), "\n".join(answers)
