"""`rlvr play`: a person answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import tyro

from rlvr.agents.human import HumanAgent
from rlvr.cli.arguments import Parsed, environment_kwargs, make_environment
from rlvr.core import Message


@dataclass(frozen=True)
class Play(Parsed):
    """Answer an environment's tasks yourself. An empty line outside a block of code ends an answer, Ctrl-D the game."""

    command: ClassVar[str] = "play"

    id: Annotated[str, tyro.conf.Positional] = "rlvr/Math-v0"
    """The environment."""
    kwargs: str = "{}"
    """Its arguments, as a JSON object."""
    seed: int = 0
    """Of the stream of tasks."""
    episodes: int = 0
    """Tasks to play; 0 goes on until you stop."""

    def run(self) -> int:
        """Play."""
        env = make_environment(self.id, environment_kwargs(self.kwargs))
        agent = HumanAgent()
        right = played = 0
        seed: int | None = self.seed
        try:
            while not self.episodes or played < self.episodes:
                observation, _ = env.reset(seed=seed)
                seed = None
                conversation: list[Message] = list(observation)
                done = False
                while not done:
                    answer = agent.act([conversation])[0]
                    observation, reward, terminated, truncated, info = env.step(answer)
                    conversation += [{"role": "assistant", "content": answer}, *observation]
                    done = terminated or truncated
                verdict = info["verdict"]
                print(f"=> {verdict['status']} (reward {reward:g}) {verdict['reason']}".rstrip() + "\n")
                played += 1
                right += verdict["status"] == "correct"
        except EOFError:
            print()
        print(f"{right} of {played} right.")
        env.close()
        return 0
