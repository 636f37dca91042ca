"""`PythonTool`: the model runs Python between its answers, in any environment."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
from gymnasium.error import ResetNeeded
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import PENDING, Check, Info, Observation, Status, Verdict, VerifiableEnv
from rlvr.envs import verification
from rlvr.envs.tools import Toolbox
from rlvr.envs.tools.python import INSTRUCTION, Python
from rlvr.spaces import AnyText
from rlvr.wrappers.base import reward_terms
from rlvr.wrappers.messages import appended, question, replaced, require_messages

_OF_A_STEP = ("task", "turn", "verdict", "reward_terms", "calls")


class PythonTool(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Let the model run Python before it answers, and read what it printed.

    A message whose answer part ends with a closed block of Python, and nothing behind it, is a call; all else is an
    answer, which the wrapped environment takes. A call is run in the sandbox and replied to with what it printed, the
    value of its last expression, or its traceback; it is judged by nobody, pays 0.0, and uses up no turn. When the
    calls are used up, what looks like one is an answer. Nothing is kept from one call to the next.

    The environment and the wrappers inside see no calls: their prompts, turns and terms are as without it. Wrappers
    outside do: lengths count all that was sampled, and terms that look at the last message see the answer. `prefetch`
    starts a call, so that the calls of many environments run side by side. `rlvr/Math-v0` has the same as an argument,
    `tools=("python",)`.

    `info["calls"]` is the number of calls so far, on every step; on a call `info["tool"]` is `"python"`, the verdict is
    `pending`, and what else the environment last said is said again. `info["isolation"]` is the level of the sandbox,
    unless the environment says it of its own.

    Args:
        max_calls: How many calls the model has in an episode; at least 1.
        role: Whose messages show the output: `tool`, or `user` for chat templates that know no tools.
        instruction: What the model is told of it, after an empty line of the question, with the markers `{tag}` and
            `{calls}`; `""` says nothing.
        tag: How a block is tagged that is a call. Another one than `python`, such as `run`, leaves Python blocks to
            environments whose answers are programs, as those of `rlvr/Code-v0` are.
        within_think: Whether a message that ends with a block inside of its think is a call.
        opened_think: The chat template ends the prompt with `<think>`.
        isolation: `auto` takes the strongest level of the sandbox that works here, and refuses if none does;
            `namespaces` and `landlock` demand one; `none` runs programs without isolation.
        packages: Packages besides the standard library that programs may import.
        cpu_seconds: CPU time that one call may use.
        memory_bytes: Memory that one call may use.
        most: Characters of output that are shown; of more, the middle is left out.

    Raises:
        TypeError: The environment does not observe messages, or does not act by text.
        ValueError: An argument is not what it has to be, or the environment's own solutions would be calls.
        SandboxUnavailable: This machine cannot isolate programs as asked.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.python_tool import PythonTool
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = PythonTool(env, isolation="none", instruction="")
        >>> env.reset(seed=1)[0][0]["content"]
        '20+11=?'
        >>> observation, reward, terminated, truncated, info = env.step("Let me see.\n```python\n20 + 11\n```")
        >>> observation
        ({'role': 'tool', 'content': '```output\n31\n```'},)
        >>> env.step(r"So it is \boxed{31}.")[1]
        1.0
    """

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        max_calls: int = 4,
        role: str = "tool",
        instruction: str = INSTRUCTION,
        tag: str = "python",
        within_think: bool = False,
        opened_think: bool = False,
        isolation: str = "auto",
        packages: Sequence[str] = (),
        cpu_seconds: int = 5,
        memory_bytes: int = 512 << 20,
        most: int = 2000,
    ) -> None:
        """Wrap `env`; see the class."""
        arguments: dict[str, Any] = {
            "role": role,
            "instruction": instruction,
            "tag": tag,
            "within_think": within_think,
            "opened_think": opened_think,
            "isolation": isolation,
            "packages": packages,
            "cpu_seconds": cpu_seconds,
            "memory_bytes": memory_bytes,
            "most": most,
        }
        tool = Python(**arguments)
        RecordConstructorArgs.__init__(self, max_calls=max_calls, **{**arguments, "packages": list(packages)})
        gym.Wrapper.__init__(self, env)
        require_messages(env, "PythonTool")
        if not isinstance(env.action_space, AnyText):
            raise TypeError(
                f"Expected PythonTool around an environment that acts by text, actually: {env.action_space}."
            )
        self.tools = Toolbox([tool], max_calls)
        self._require_answers_apart(tool)
        self._calls = 0
        self._turn = 0
        self._said: Info = {}
        self._live = False  # Whether the environment waits for an answer.
        self._failed = False  # Whether a call has ended the episode.

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._calls = 0
        self._turn = 0
        self._live = True
        self._failed = False
        self._said = copy.deepcopy(info)
        if self.tools.instruction and observation:
            at = question(observation)
            observation = replaced(observation, at, appended(observation[at]["content"], self.tools.instruction))
        return observation, info

    def step(self, action: str) -> tuple[Observation, Any, bool, bool, Info]:
        """Run a call, or step.

        Raises:
            ResetNeeded: A call that could not be run has ended the episode. All else as the environment.
        """
        if self._failed:
            raise ResetNeeded("step() was called after the end of an episode. Call reset() to ask the next task.")
        check = self._planned(action)
        if check is not None:
            return self._called(self.tools.judged(check, verification.judge(check)))
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._live = not (terminated or truncated)
        self._said = copy.deepcopy(info)
        self._turn = info.get("turn", self._turn + 1)
        return observation, reward, terminated, truncated, self._with_tools(info)

    def prefetch(self, action: str) -> None:
        """Start a call; hints of all else are the environment's."""
        if self._failed:
            return  # step() says what is wrong; a hint has nothing to say.
        check = self._planned(action)
        if check is not None:
            verification.prefetch(check)
        elif self.env.has_wrapper_attr("prefetch"):
            self.env.get_wrapper_attr("prefetch")(action)

    def _planned(self, action: Any) -> Check | None:
        """What to run for a call; the environment says what is wrong with an action that is none."""
        return self.tools.plan(action, self._calls) if self._live and isinstance(action, str) else None

    def _called(self, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        ran = verdict.status is not Status.ERROR
        self._calls += ran
        names = ["correct", *(wrapper.term for wrapper in reward_terms(self.env))]
        info = {
            **self._with_tools(copy.deepcopy(self._said)),
            "turn": self._turn + 1,
            "reward_terms": dict.fromkeys(self._said.get("reward_terms", names), 0.0),
        }
        if not ran:
            self._failed, self._live = True, False
            return (), 0.0, False, True, {**info, "verdict": verdict.as_dict()}
        reply = self.tools.reply(verdict, self._calls)
        return (reply,), 0.0, False, False, {**info, "verdict": PENDING.as_dict(), "tool": verdict.extraction}

    def _with_tools(self, info: Info) -> Info:
        """An info with the calls, those of tools inside included, and the level unless it is there."""
        return {**self.tools.info(self._calls), **info, "calls": self._calls + info.get("calls", 0)}

    def _require_answers_apart(self, tool: Python) -> None:
        """Refuse an environment whose answers look like calls, so that no answer would be judged."""
        base = self.unwrapped
        if not isinstance(base, VerifiableEnv):
            return
        try:
            solution = base.solution(base.draw_task(0, 0))
        except NotImplementedError:  # It says of no answer that it is right.
            return
        if tool.find(solution) is not None:
            raise ValueError(
                f"Expected an environment whose answers are no calls, actually: a solution of {base} ends with a block "
                f'of Python, as calls do. Pass tag="run", or another word that answers are not tagged with.'
            )
