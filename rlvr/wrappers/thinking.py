"""Thinking on demand: the prompt says whether to think, or how long, and a term may hold the model to it.

- `ThinkingMode`: thinking on or off, in the manner of Qwen 3 or Llama-Nemotron, or in words of your own.
- `ThinkingBudget`: a budget of tokens for the thoughts.

What is said is drawn from a hash stream keyed by the task's id, so all members of a group are told the same, and a task
is asked alike whenever it comes.
What `env.unwrapped` renders does not have it. Terms that read the prompt, such as those for its language, go inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym

from rlvr.core import Info, Message, Observation
from rlvr.registry.names import unknown
from rlvr.seeding import Stream, StreamKey
from rlvr.wrappers.base import Result, RewardTerm, require_number
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.counting import counter as counter_of
from rlvr.wrappers.counting import length
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.format import require_opened_think
from rlvr.wrappers.grammar import split_think
from rlvr.wrappers.messages import replaced

STYLES: dict[str, dict[str, str]] = {
    "qwen3": {"on": "/think", "off": "/no_think", "where": "user"},
    "nemotron": {"on": "detailed thinking on", "off": "detailed thinking off", "where": "system"},
}
"""Qwen 3 (arXiv:2505.09388, section 4.3) and Llama-Nemotron (arXiv:2505.00949)."""

WHERE = ("user", "system")

Env = gym.Env[Observation, str]


class _Told(RewardTerm):
    """A term whose opening says something that is drawn for each task."""

    key: str
    where: str
    info_key: str

    def __init__(self, env: Env, **arguments: Any) -> None:
        super().__init__(env, **arguments)
        self._drawn: Any = None

    def draw(self, stream: Stream) -> Any:
        """What this task is told, as `info` has it."""
        raise NotImplementedError

    def said(self) -> tuple[str, str]:
        """The text, and what stands between it and what it is added to."""
        raise NotImplementedError

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, and say what is drawn for it.

        Raises:
            ValueError: The opening has no user message, and it is to be said there.
        """
        observation, info = super().reset(seed=seed, options=options)
        self._drawn = self.draw(StreamKey(self.key, info["task"]).at(0, 0))
        text, gap = self.said()
        return with_text(observation, self.where, text, gap), {**info, self.info_key: self._drawn}

    def step(self, action: str) -> Result:
        """Step, and add the term."""
        observation, reward, terminated, truncated, info = super().step(action)
        return observation, reward, terminated, truncated, {**info, self.info_key: self._drawn}


class ThinkingMode(_Told):
    """Tell the model to think, or not to, and hold it to that.

    Term: `-weight` where the text thinks though it was told not to, or does not though it was told to; else 0.0. A text
    thinks if something stands in its think block. Thoughts without tags are not seen: `Format` and the length terms see
    to that. Commutes with all terms that do not look at the total.

    `info["thinking"]` says what was told, on `reset` and on every step.

    Args:
        on_share (0.5): Share of the episodes with thinking on, from 0 to 1.
        style ("qwen3"): `qwen3`: `/think` or `/no_think` ends the user's message. `nemotron`: `detailed thinking on` or
            `off` is the system prompt, or its last line where there is one. Or a dict of your own,
            `{"on": text, "off": text, "where": "user" or "system"}`; an empty text says nothing.
        weight (0.0): Of the penalty, at least 0. By default thinking is only asked for.
        opened_think (False): The chat template ends the prompt with `<think>`, whatever was told.

    Bounds: `[-weight, 0]` for right and wrong answers.

    Source: Qwen 3 (arXiv:2505.09388, section 4.3, thinking mode fusion); Llama-Nemotron (arXiv:2505.00949). There is no
    published number for the penalty.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.thinking import ThinkingMode
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = ThinkingMode(env, on_share=0.0, weight=0.1)
        >>> observation, info = env.reset(seed=1)
        >>> observation[0]["content"], info["thinking"]
        ('20+11=? /no_think', False)
        >>> env.step("<think>Carry nothing.</think> The answer is 31.")[4]["reward_terms"]
        {'correct': 1.0, 'thinking': -0.1}
    """

    term_name = "thinking"
    info_key = "thinking"
    key = "rlvr.wrappers.ThinkingMode"
    on_share: float
    style: str | dict[str, str]
    weight: float
    opened_think: bool

    def __init__(
        self,
        env: Env,
        *,
        on_share: float = 0.5,
        style: str | Mapping[str, str] = "qwen3",
        weight: float = 0.0,
        opened_think: bool = False,
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            TypeError: The environment is no `VerifiableEnv`, or does not observe messages.
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        require_number("on_share", on_share, 0.0, 1.0)
        require_number("weight", weight, 0.0)
        require_opened_think(opened_think)
        self._texts = _style(style)
        self.where = self._texts["where"]
        recorded = style if isinstance(style, str) else dict(style)
        super().__init__(env, on_share=on_share, style=recorded, weight=weight, opened_think=opened_think, **common)

    def draw(self, stream: Stream) -> bool:
        """Whether thinking is on."""
        return stream.random() < self.on_share

    def said(self) -> tuple[str, str]:
        """The toggle: after a space for the user, on a line of its own for the system."""
        return self._texts["on" if self._drawn else "off"], " " if self.where == "user" else "\n"

    def bounds(self) -> Bounds:
        """See the class."""
        return Bounds((-self.weight, 0.0), (-self.weight, 0.0))

    def value(self, finished: Finished) -> float:
        """See the class."""
        thoughts = split_think(finished.text, self.opened_think).thoughts
        thinks = thoughts is not None and bool(thoughts.strip())
        return 0.0 - self.weight * (thinks is not self._drawn)


class ThinkingBudget(_Told):
    r"""Tell the model how many tokens it may think, and make it pay for more.

    Term: `-weight * min(1, max(0, tokens - budget) / budget)`, where `tokens` counts the thoughts of the last action,
    or all of it where it has no think: a think twice as long as the budget costs all of the weight. It never rises with
    the thoughts' length. Commutes with all terms that do not look at the total.

    Thoughts are counted by `counter`. Without one, they have the share of the action's tokens that they have of its
    characters: a completion knows its tokens, but not where among them the think ends.

    `info["thinking_budget"]` says the budget, on `reset` and on every step.

    Args:
        budgets ((512, 1024, 2048, 4096)): What the budget is drawn from, all equally often; integers of at least 1.
        template ("Think for at most {budget} tokens."): What is said, with `{budget}` in it.
        where ("user"): It follows the last user message after an empty line, or extends the `system` prompt.
        weight (0.0): Of the penalty, at least 0. By default the budget is only said.
        counter (None): How thoughts are counted, see `rlvr.wrappers.counting`.
        opened_think (False): The chat template ends the prompt with `<think>`.

    Bounds: `[-weight, 0]` for right and wrong answers.

    Source: budgets in the prompt as in L1 (arXiv:2503.04697), for the thoughts alone as Qwen 3's thinking budget
    (arXiv:2505.09388, section 4.3). The ramp is ours.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.thinking import ThinkingBudget
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = ThinkingBudget(env, budgets=[2], weight=0.1, counter="rlvr.wrappers.counting:words")
        >>> observation, info = env.reset(seed=1)
        >>> observation[0]["content"].split("\n\n")
        ['20+11=?', 'Think for at most 2 tokens.']
        >>> env.step("<think>Carry nothing, then.</think> The answer is 31.")[4]["reward_terms"]
        {'correct': 1.0, 'thinking_budget': -0.05}
    """

    term_name = "thinking_budget"
    info_key = "thinking_budget"
    key = "rlvr.wrappers.ThinkingBudget"
    budgets: list[int]
    template: str
    weight: float
    counter: str | None
    opened_think: bool

    def __init__(
        self,
        env: Env,
        *,
        budgets: Sequence[int] = (512, 1024, 2048, 4096),
        template: str = "Think for at most {budget} tokens.",
        where: str = "user",
        weight: float = 0.0,
        counter: str | None = None,
        opened_think: bool = False,
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            TypeError: The environment is no `VerifiableEnv`, or does not observe messages.
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        sound = isinstance(budgets, Sequence) and not isinstance(budgets, str) and len(budgets) > 0
        if not sound or not all(type(budget) is int and budget >= 1 for budget in budgets):
            raise ValueError(f"Expected budgets to be integers of at least 1, one or more, actually: {budgets!r}.")
        if not isinstance(template, str) or "{budget}" not in template:
            raise ValueError(f'Expected template to be a str with "{{budget}}" in it, actually: {template!r}.')
        if where not in WHERE:
            raise ValueError(unknown("where", where, WHERE))
        require_number("weight", weight, 0.0)
        require_opened_think(opened_think)
        if counter is not None:
            counter_of(counter)
        super().__init__(
            env,
            budgets=list(budgets),
            template=template,
            where=where,
            weight=weight,
            counter=counter,
            opened_think=opened_think,
            **common,
        )

    def draw(self, stream: Stream) -> int:
        """The budget."""
        return stream.choice(self.budgets)

    def said(self) -> tuple[str, str]:
        """The template with the budget."""
        return self.template.replace("{budget}", str(self._drawn)), "\n\n"

    def bounds(self) -> Bounds:
        """See the class."""
        return Bounds((-self.weight, 0.0), (-self.weight, 0.0))

    def value(self, finished: Finished) -> float:
        """See the class.

        Raises:
            ValueError: There is no counter, and the action does not know its tokens.
        """
        if self.weight == 0.0:
            return 0.0
        text = finished.text
        thoughts = split_think(text, self.opened_think).thoughts
        if thoughts is None:
            thoughts = text
        if self.counter is not None:
            tokens: float = counter_of(self.counter)(thoughts)
        else:
            tokens = length((text,), None) * (len(thoughts) / max(1, len(text)))
        budget: int = self._drawn
        return 0.0 - self.weight * min(1.0, max(0.0, tokens - budget) / budget)


def with_text(observation: Observation, where: str, text: str, gap: str) -> Observation:
    """The opening with a text at the end of its last user message or of its system prompt, in fresh dicts.

    Args:
        observation: The opening.
        where: `user` or `system`; a system prompt that is not there is added.
        text: What is said; nothing if it is empty.
        gap: What stands before it where it is not alone.

    Raises:
        ValueError: There is no user message to extend.
    """
    if not text:
        return observation
    places = [index for index, message in enumerate(observation) if message["role"] == where]
    if not places and where == "system":
        new: Message = {"role": "system", "content": text}
        return (new, *observation)
    if not places:
        raise ValueError(
            f"Expected a user message in the opening, to say {text!r:.80} in, actually: the roles "
            f'{[message["role"] for message in observation]}. Say it where="system".'
        )
    index = places[-1] if where == "user" else places[0]
    content = observation[index]["content"]
    if content is None or content == "":
        return replaced(observation, index, text)
    if isinstance(content, str):
        return replaced(observation, index, content + gap + text)
    return replaced(observation, index, [*(dict(part) for part in content), {"type": "text", "text": text}])


def _style(style: Any) -> dict[str, str]:
    if isinstance(style, str):
        if style not in STYLES:
            raise ValueError(unknown("style", style, STYLES))
        return STYLES[style]
    sound = isinstance(style, Mapping) and set(style) == {"on", "off", "where"} and style["where"] in WHERE
    if not sound or not (isinstance(style["on"], str) and isinstance(style["off"], str)):
        raise ValueError(
            f"Expected style to be {', '.join(STYLES)}, or a dict "
            f'{{"on": text, "off": text, "where": "user" or "system"}}, actually: {style!r}.'
        )
    return dict(style)
