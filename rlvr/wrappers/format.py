r"""Terms for the form of an answer: its tags, its steps, and a published rule set.

They judge the last action of an episode. `rlvr.wrappers.grammar` says what a form is.

- `Format`: a bonus, a penalty or a gate for a tag grammar.
- `TagCount`: a quarter for each of the four tags of DeepSeek-R1.
- `ReasoningSteps`: a share for each marked step, up to three.
- `Magistral`: the format and correctness rules of Magistral.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import gymnasium as gym

from rlvr.core import Observation
from rlvr.registry.names import unknown
from rlvr.wrappers.base import RewardTerm, require_number, reward_terms
from rlvr.wrappers.bounds import CORRECT, Bounds
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.grammar import compile_grammar

HOW = ("bonus", "penalty", "gate")

Env = gym.Env[Observation, str]


class Format(RewardTerm):
    """Reward answers that have a form.

    Term: `+weight` where the form holds (`how="bonus"`), `-weight` where it does not (`how="penalty"`), or, where it
    does not, minus all of the reward so far (`how="gate"`); 0.0 otherwise.

    A bonus and a penalty of one weight give the same advantages; they differ in what a learner without a baseline sees,
    and in the rewards that are reported. They commute with all terms that do not look at the total. A gate takes what
    stands inside of it, up to the rounding of one addition, and makes a right answer without the form worth no more
    than a wrong one. That is an inversion by the law of `rlvr.wrappers.bounds`, so a gate needs `allow_inversion=True`
    or `preset="paper"`.

    Args:
        grammar ("r1"): A name or items, see `rlvr.wrappers.grammar`: `r1`, `think`, `magistral`, `magistral-code`, or
            such as `"<plan>? <think> <answer>"`.
        how ("bonus"): `bonus`, `penalty` or `gate`.
        weight (None: 0.1; 1.0 with `preset="paper"`): Of a bonus or a penalty, at least 0. A gate has none.
        opened_think (False): The chat template ends the prompt with `<think>`.

    Bounds: `[0, weight]`, `[-weight, 0]`, or what takes the reward so far to 0; the same for right and wrong answers.

    Source: DeepSeek-R1 (arXiv:2501.12948, section 2.2.2): accuracy and format rewards are added with the same weight.
    The grammars allow no text outside and no tag twice, which the regular expressions in use let pass.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.format import Format
        >>> env = Format(gym.make("rlvr/Math-v0", families="sum", level=2), grammar="r1", weight=0.2)
        >>> _ = env.reset(seed=1)
        >>> env.step("<think>20 + 11 is 31.</think> <answer>31</answer>")[4]["reward_terms"]
        {'correct': 1.0, 'format': 0.2}
    """

    term_name = "format"
    grammar: str
    how: str
    weight: float | None
    opened_think: bool

    def __init__(
        self,
        env: Env,
        *,
        grammar: str = "r1",
        how: str = "bonus",
        weight: float | None = None,
        opened_think: bool = False,
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if how not in HOW:
            raise ValueError(unknown("how", how, HOW))
        require_opened_think(opened_think)
        if opened_think and not compile_grammar(grammar).starts_with_think():
            raise ValueError(
                f"Expected a grammar that starts with <think>, since opened_think=True says that the prompt does, "
                f"actually: {grammar!r}."
            )
        compile_grammar(grammar)
        if how == "gate":
            if weight is not None:
                raise ValueError(
                    f"Expected no weight for a gate, which takes everything, actually: {weight!r}. Use how='penalty'."
                )
        else:
            weight = chosen_weight(weight, common, paper=1.0)
        self.looks_at_total = how == "gate"  # Only then does its place in the stack matter.
        super().__init__(env, grammar=grammar, how=how, weight=weight, opened_think=opened_think, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        if self.weight is not None:
            return same(0.0, self.weight) if self.how == "bonus" else same(-self.weight, 0.0)
        inner = CORRECT
        for wrapper in reward_terms(self.env):
            inner = wrapper.extend(inner)
        right, wrong = ((min(0.0, -high), max(0.0, -low)) for low, high in inner)
        return Bounds(right, wrong)

    def extend(self, inner: Bounds) -> Bounds:
        """A gate brings 0 within the bounds; a bonus and a penalty are added."""
        return gated(inner) if self.how == "gate" else inner.plus(self.bounds())

    def value(self, finished: Finished) -> float:
        """See the class."""
        holds = compile_grammar(self.grammar).matches(finished.text, opened_think=self.opened_think)
        if self.weight is None:
            return 0.0 if holds else 0.0 - finished.total
        return self.weight * holds if self.how == "bonus" else 0.0 - self.weight * (not holds)


_FOUR = ("<think>", "</think>", "<answer>", "</answer>")
_FOUR_TAGS = re.compile("</?(?:think|answer)>")


class TagCount(RewardTerm):
    """Reward each of the four tags of DeepSeek-R1 that stands where it should: a slope towards `Format`.

    Term: `weight * n / 4`, where n is the largest number of the tags `<think>`, `</think>`, `<answer>`, `</answer>`
    that occur exactly once and stand in this order. Putting a missing tag in its place never lowers it.

    Commutes with all terms that do not look at the total.

    Args:
        weight (None: 0.1; 1.0 with `preset="paper"`): At least 0.
        opened_think (False): The chat template ends the prompt with `<think>`; it counts as written.

    Bounds: `[0, weight]` for right and wrong answers.

    Source: `tag_count_reward` of open-r1 (huggingface/open-r1, src/open_r1/rewards.py), which asks for certain line
    breaks around the tags, and not for their order.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.format import TagCount
        >>> env = TagCount(gym.make("rlvr/Math-v0", families="sum", level=2), weight=0.5)
        >>> _ = env.reset(seed=1)
        >>> env.step("<think>20 + 11</think> <answer>31")[1]  # Three tags; an answer that is open is none.
        0.375
    """

    term_name = "tag_count"
    weight: float
    opened_think: bool

    def __init__(self, env: Env, *, weight: float | None = None, opened_think: bool = False, **common: Any) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        require_opened_think(opened_think)
        super().__init__(env, weight=chosen_weight(weight, common, paper=1.0), opened_think=opened_think, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        return same(0.0, self.weight)

    def value(self, finished: Finished) -> float:
        """See the class."""
        return self.weight * tags_in_order(finished.text, self.opened_think) / 4


def tags_in_order(text: str, opened_think: bool = False) -> int:
    """How many of the four tags occur exactly once, in the right order to one another: 0 to 4."""
    found = ["<think>"] if opened_think else []
    found += _FOUR_TAGS.findall(text)
    counts = Counter(found)
    single = [_FOUR.index(tag) for tag in found if counts[tag] == 1]
    longest: list[int] = []
    for position, tag in enumerate(single):
        before = [length for other, length in zip(single[:position], longest, strict=True) if other < tag]
        longest.append(1 + max(before, default=0))
    return max(longest, default=0)


class ReasoningSteps(RewardTerm):
    r"""Reward steps that can be told apart.

    Term: `weight * min(1, n / steps)`, where n is the number of markers: at a line's start `1.`, `1)`, `-`, `*` or `•`
    with text after it, and at a line's or a sentence's start `Step 1:`, `First,`, `Second,`, `Next,` and `Finally,`.
    Markdown's marks for headings, quotes and bold may stand before. `1. First, add` is one step, not two.

    Commutes with all terms that do not look at the total. It is easily pleased without any reasoning: keep it small.

    Args:
        weight (None: 0.1; 1.0 with `preset="paper"`): At least 0.
        steps (3): Markers for the whole weight, at least 1.

    Bounds: `[0, weight]` for right and wrong answers.

    Source: `reasoning_steps_reward` of open-r1 (huggingface/open-r1, src/open_r1/rewards.py), whose pattern sees
    numbers on the first line only, bullets on all but the first, and words in the middle of a sentence.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.format import ReasoningSteps
        >>> env = ReasoningSteps(gym.make("rlvr/Math-v0", families="sum"), weight=0.5, steps=4)
        >>> _ = env.reset(seed=1)
        >>> env.step("1. Add the tens.\n2. Add the ones.")[4]["reward_terms"]["reasoning_steps"]
        0.25
    """

    term_name = "reasoning_steps"
    weight: float
    steps: int

    def __init__(self, env: Env, *, weight: float | None = None, steps: int = 3, **common: Any) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if not isinstance(steps, int) or isinstance(steps, bool) or steps < 1:
            raise ValueError(f"Expected steps to be an integer of at least 1, actually: {steps!r}.")
        super().__init__(env, weight=chosen_weight(weight, common, paper=1.0), steps=steps, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        return same(0.0, self.weight)

    def value(self, finished: Finished) -> float:
        """See the class."""
        return self.weight * (count_steps(finished.text, self.steps) / self.steps)


_ITEM = re.compile(
    r"\n[ \t>]*(?:#{1,6}[ \t]+)?(?:\*\*)?(?:[0-9]{1,2}[.)](?:\*\*)?[ \t]|[-*•][ \t])[ \t]*(?=\S)(?![-*_ \t]*(?:\n|\Z))"
)
_STEP = re.compile(r"Step[ \t]+[0-9]{1,3}(?:\*\*)?:")
_WORDS = ("Step ", "First,", "Second,", "Next,", "Finally,")
_LIST_MARK = re.compile(r"\n[ \t>]*[0-9]{1,2}[.]\Z")
_STAR = re.compile(r"\n[ \t>]*[*][ \t]")


def count_steps(text: str, most: int) -> int:
    """How many steps are marked, at most `most`; see `ReasoningSteps`."""
    text = "\n" + text  # So that the first line is a line like the others.
    count = 0
    for _ in _ITEM.finditer(text):
        count += 1
        if count == most:
            return count
    for word in _WORDS:
        position = text.find(word)
        while position >= 0:
            count += _begins(text, position) and (word != "Step " or _STEP.match(text, position) is not None)
            if count == most:
                return count
            position = text.find(word, position + 1)
    return count


def _begins(text: str, position: int) -> bool:
    """Whether a line or a sentence begins here, on a line that is not counted for its number or bullet."""
    before = text[max(0, position - 16) : position]
    bare = before.rstrip(" \t*_#>")
    if bare[-1:] == "\n":
        return not _STAR.match(before, len(bare) - 1)
    return len(bare) < len(before) and bare[-1:] in (".", "!", "?") and not _LIST_MARK.search(bare)


class Magistral(RewardTerm):
    r"""The format and correctness rules of Magistral, as one term on top of correctness.

    The reward becomes `weight + (1 - weight) * score` where the form holds: the term is `weight * (1 - score)`. The
    form is one think pair at the start and, after it, a box for mathematics, or for code a fenced block with its
    language.

    - `preset="paper"`: where the form does not hold, the reward so far is taken away: no format, no grading. A right
      answer without the form then scores as little as a wrong one. Wrap it around the other terms of the paper
      (length, language), for it takes those too.
    - `preset="rlvr"`: where the form does not hold, the term is `-weight * score`, so that right answers stay above
      wrong ones; it looks at no total and commutes.

    Args:
        answer ("boxed"): What stands in the answer: `boxed`, `code`, or `text` for anything.
        weight (0.1): The format's share, from 0 to 1; the paper's number.
        opened_think (False): The chat template ends the prompt with `<think>`.

    Bounds: `[-weight, 0]` for right answers, `[0, weight]` for wrong ones; with the gate, what takes the reward so far
    to 0 as well.

    Source: Magistral (arXiv:2506.10910, sections 2.2.1 and 2.2.2).

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.format import Magistral
        >>> env = Magistral(gym.make("rlvr/Math-v0", families="sum", level=2))
        >>> _ = env.reset(seed=1)
        >>> env.step(r"<think>20 + 11 is 32.</think> So it is \boxed{32}.")[1]
        0.1
    """

    term_name = "magistral"
    answer: str
    weight: float
    opened_think: bool

    def __init__(
        self, env: Env, *, answer: str = "boxed", weight: float = 0.1, opened_think: bool = False, **common: Any
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if answer not in ("boxed", "code", "text"):
            raise ValueError(unknown("answer", answer, ("boxed", "code", "text")))
        require_number("weight", weight, 0.0, 1.0)
        require_opened_think(opened_think)
        self.looks_at_total = common.get("preset") == "paper"  # Only then is there a gate.
        super().__init__(env, answer=answer, weight=weight, opened_think=opened_think, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        weight = self.weight
        if not self.looks_at_total:
            return Bounds((-weight, 0.0), (0.0, weight))
        inner = CORRECT
        for wrapper in reward_terms(self.env):
            inner = wrapper.extend(inner)
        (low, high), (least, most) = inner
        return Bounds((min(0.0, -high), max(0.0, -low)), (min(weight, -most), max(weight, -least)))

    def extend(self, inner: Bounds) -> Bounds:
        """What is graded, and 0 for what is not."""
        if not self.looks_at_total:
            return inner.plus(self.bounds())
        return gated(inner.plus(Bounds((0.0, 0.0), (self.weight, self.weight))))

    def value(self, finished: Finished) -> float:
        """See the class."""
        holds = compile_grammar(f"<think> text? </think> {self.answer}").matches(
            finished.text, opened_think=self.opened_think
        )
        if not holds and self.looks_at_total:
            return 0.0 - finished.total
        return self.weight * holds - self.weight * float(finished.verdict["score"])


# What these terms share.


def same(low: float, high: float) -> Bounds:
    """Bounds that are the same for right and for wrong answers."""
    return Bounds((low, high), (low, high))


def gated(inner: Bounds) -> Bounds:
    """Bounds of what may also be taken to 0."""
    right, wrong = ((min(0.0, low), max(0.0, high)) for low, high in inner)
    return Bounds(right, wrong)


def chosen_weight(weight: float | None, common: dict[str, Any], *, paper: float, rlvr: float = 0.1) -> float:
    """The weight that was given, or the preset's.

    Raises:
        ValueError: It is not a finite number of at least 0.
    """
    if weight is None:
        return paper if common.get("preset") == "paper" else rlvr
    require_number("weight", weight, 0.0)
    return float(weight)


def require_opened_think(value: Any) -> None:
    """Refuse what is not a bool.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(value, bool):
        raise ValueError(f"Expected opened_think to be True or False, actually: {value!r}.")
