"""The evaluation of a policy in training, on tasks that it is not trained on."""

from __future__ import annotations

from typing import Any

from rlvr.agents.transformers_agent import TransformersAgent
from rlvr.baselines.evaluation import Evaluation, answer, summarise
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.rollout.levels import without_curriculum
from rlvr.baselines.settings import TrainConfig


def held_out(config: TrainConfig, model: Any, tokenizer: Any, *, world: World | None = None) -> dict[str, Evaluation]:
    """Evaluate a policy on the held-out tasks, `"sampled"` at temperature 1 and `"greedy"`.

    Tasks and, with as many processes, random numbers are the same at every call, so evaluations differ by the policy
    alone. All processes of a world make this call: each answers its share of the tasks, and all have the result.
    """
    world = world or World()
    count = config.evaluation.episodes
    share = range(count * world.rank // world.size, count * (world.rank + 1) // world.size)
    results = {}
    for decoding, temperature in (("sampled", 1.0), ("greedy", 0.0)):
        agent = TransformersAgent(
            model,
            tokenizer,
            temperature=temperature,
            max_new_tokens=config.rl.max_new_tokens,
            seed=config.evaluation.seed + (world.rank << 32),
            history=config.rl.history,
            chat_template_kwargs=config.rl.chat_template_kwargs,
            autocast=config.rl.optimizer.autocast,
        )
        episodes = answer(
            agent,
            config.env.id,
            {**config.env.kwargs, **config.env.held_out},
            share,
            wrappers=without_curriculum(config.env.wrappers),
            seed=config.evaluation.seed,
        )
        results[decoding] = summarise([one for shares in world.gather(episodes) for one in shares])
    return results
