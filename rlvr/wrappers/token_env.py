"""`TokenEnv`: an environment one token a step, for learners that know nothing of text."""

from __future__ import annotations

from functools import lru_cache
from operator import index
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Completion, FinishReason, Info, Message, Observation
from rlvr.registry import resolve
from rlvr.wrappers.messages import require_messages

Window = npt.NDArray[np.int64]

PLAIN_TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
"""For a tokenizer without a chat template: what is said, a line each, without roles."""


class TokenEnv(gym.Wrapper[Window, int, Observation, str], RecordConstructorArgs):
    """The same environment, one token a step.

    An action is a token id. The answer is given to the wrapped environment when its end-of-turn token is chosen, or
    with `max_tokens` tokens, then as cut (`finish_reason="length"`). Until then the reward is 0.0; then it is the
    environment's, and so are the flags and the info. With several turns the reply is tokenised and the next answer
    begins. What was chosen is never tokenised again: the inner action is a `Completion` with these very ids.

    An observation is the last `context` ids of the conversation, as the tokenizer's chat template writes it, int64
    `[context]`. Shorter ones are padded on the left with the number `vocabulary`, which is no token. At the end of an
    episode it is what the last answer was given to, and the answer. The info is `{"task": id}` but where an answer is
    complete. `prefetch` forwards a hint where it completes an answer.

    This is slow for real models: the batched agents of `rlvr.agents` sample whole answers. It is for Stable-Baselines3
    and its like, and for small vocabularies.

    Args:
        tokenizer: `"tiny"`, the character tokenizer of `rlvr.agents.tiny`; `"tiny:CHARACTERS"`, the same with these
            characters only; or the path of a tokenizer's folder or `tokenizer.json`. Needs `pip install "rlvr[train]"`.
        max_tokens: The longest answer.
        context: How many ids are observed.
        end: The end-of-turn token, by default the tokenizer's own; a bare `tokenizer.json` does not say which it is.

    Raises:
        TypeError: The environment does not observe messages.
        ValueError: There is no such tokenizer or end-of-turn token, or a number is below 1.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.token_env import TokenEnv
        >>> env = gym.make("rlvr/Math-v0", families="sum", instruction="", convention="whole")
        >>> env = TokenEnv(env, tokenizer="tiny:0123456789+=?", max_tokens=3, context=9)
        >>> env.reset(seed=0)[0]  # <|user|> 9 + 7 = ? <|end|> <|assistant|>, after the padding
        array([24,  4, 20, 21, 18, 22, 23,  2,  5])
        >>> [env.step(token)[1] for token in (12, 17, 2)]  # 1 6 <|end|>
        [0.0, 0.0, 1.0]
    """

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        tokenizer: str = "tiny",
        max_tokens: int = 64,
        context: int = 256,
        end: str | None = None,
    ) -> None:
        """Wrap `env`; see the class."""
        arguments: dict[str, Any] = {"tokenizer": tokenizer, "max_tokens": max_tokens, "context": context, "end": end}
        RecordConstructorArgs.__init__(self, **arguments)
        gym.Wrapper.__init__(self, env)  # type: ignore[misc]  # What it observes is another type than what it shows.
        require_messages(env, "TokenEnv")
        for name, value in (("max_tokens", max_tokens), ("context", context)):
            if type(value) is not int or value < 1:
                raise ValueError(f"Expected {name} to be an integer of at least 1, actually: {value!r}.")
        for name, text in (("tokenizer", tokenizer), ("end", "" if end is None else end)):
            if not isinstance(text, str):
                raise ValueError(f"Expected {name} to be a str, actually: {text!r}.")
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.context = context
        self.end = end
        loaded = load(tokenizer, end)
        self.vocabulary = len(loaded)
        self.end_id = int(loaded.eos_token_id)
        self.action_space = Discrete(self.vocabulary)  # type: ignore[assignment]
        self.observation_space = Box(0, self.vocabulary, (context,), np.int64)
        self._conversation: list[Message] = []
        self._prompt: list[int] = []
        self._sampled: list[int] = []
        self._task: Any = None
        self._done = True
        self._hint: Completion | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Window, Info]:
        """Ask the next task."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._conversation = list(observation)
        self._task = info["task"]
        self._done = False
        self._begin_turn()
        return self._window(), info

    def step(self, action: int) -> tuple[Window, float, bool, bool, Info]:
        """Add a token to the answer, and give it to the environment if it is complete.

        Raises:
            ValueError: The action is no token id.
            ResetNeeded: There is no episode, or it has ended.
        """
        if self._done:
            raise ResetNeeded("step() was called outside of an episode. Call reset() to ask the next task.")
        token = self._require_token(action)
        completion = self._completion(token)
        self._sampled.append(token)
        if completion is None:
            return self._window(), 0.0, False, False, {"task": self._task}
        if self._hint is not None and self._hint.token_ids == completion.token_ids:
            completion = self._hint  # The environment knows the text that it was told of by identity.
        inner: gym.Env[Observation, str] = self.env  # type: ignore[assignment]
        observation, reward, terminated, truncated, info = inner.step(completion)
        self._done = terminated or truncated
        if not self._done:
            self._conversation += [{"role": "assistant", "content": completion}, *observation]
            self._begin_turn()
        return self._window(), float(reward), terminated, truncated, info

    def prefetch(self, action: int) -> None:
        """Tell the environment of the answer that this token would complete."""
        if self._done or not self.action_space.contains(action) or not self.env.has_wrapper_attr("prefetch"):
            return  # step() says what is wrong; a hint has nothing to say.
        self._hint = self._completion(index(action))
        if self._hint is not None:
            self.env.get_wrapper_attr("prefetch")(self._hint)

    def _begin_turn(self) -> None:
        self._hint = None
        self._sampled = []
        encode = resolve("rlvr.agents.conversation:encode")  # A floor above this one: by name.
        self._prompt = encode(load(self.tokenizer, self.end), self._conversation)

    def _completion(self, token: int) -> Completion | None:
        """The answer, if the token completes it."""
        ids = [*self._sampled, token]
        ended = token == self.end_id
        if not ended and len(ids) < self.max_tokens:
            return None
        # A role token in an answer must be seen by whoever judges it.
        text = load(self.tokenizer, self.end).decode(ids[:-1] if ended else ids, skip_special_tokens=False)
        reason = FinishReason.STOP if ended else FinishReason.LENGTH
        return Completion(text, token_ids=ids, prompt_ids=self._prompt, finish_reason=reason)

    def _window(self) -> Window:
        window = np.full(self.context, self.vocabulary, np.int64)
        ids = self._sampled[-self.context :]
        ids = self._prompt[len(self._prompt) - min(len(self._prompt), self.context - len(ids)) :] + ids
        window[self.context - len(ids) :] = ids
        return window

    def _require_token(self, action: Any) -> int:
        if not self.action_space.contains(action):
            raise ValueError(f"Expected a token id from 0 to {self.vocabulary - 1}, actually: {action!r:.80}.")
        return index(action)


@lru_cache(maxsize=16)  # A tokenizer belongs to no environment: copies and pickles of one name it.
def load(name: str, end: str | None = None) -> Any:
    """The tokenizer that a name stands for, as the transformers library has it; see `TokenEnv`.

    Raises:
        ValueError: There is none, or it has no end-of-turn token.
    """
    kind, _, characters = name.partition(":")
    path = Path(name)
    if kind == "tiny":
        tiny = resolve("rlvr.agents.tiny:tiny_tokenizer")
        tokenizer = tiny(characters) if characters else tiny()
    elif path.exists():
        tokenizer = _read(path)
    else:
        raise ValueError(
            f'Expected tokenizer to be "tiny", "tiny:CHARACTERS" or the path of a tokenizer, actually: {name!r}.'
        )
    if end is not None:
        if end not in tokenizer.get_vocab():
            raise ValueError(f"Expected end to be one of the tokens of {name}, actually: {end!r}.")
        tokenizer.eos_token = end
    if tokenizer.eos_token_id is None:
        raise ValueError(f"Expected {name} to have an end-of-turn token, actually: none. Name it with end=...")
    if not tokenizer.chat_template:
        tokenizer.chat_template = PLAIN_TEMPLATE
    return tokenizer


def _read(path: Path) -> Any:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast  # Only here: they come with the extra `train`.

    if path.is_dir() and (path / "tokenizer_config.json").exists():
        return AutoTokenizer.from_pretrained(str(path), local_files_only=True)
    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.exists():
        raise ValueError(f"Expected {path} to hold a tokenizer.json, actually: it holds none.")
    return PreTrainedTokenizerFast(tokenizer_file=str(file), clean_up_tokenization_spaces=False)
