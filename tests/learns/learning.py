"""A toy task learned by one of the algorithms: cold start, held-out accuracy, reinforcement learning, and again.

- `cold_started`: a policy that imitates worked conversations, the same one for each algorithm.
- `learn`: what came of it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from rlvr.agents import TransformersAgent
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.evaluation import evaluate
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.ppo import PPO, PPOConfig
from rlvr.baselines.reinforce import Reinforce, ReinforceConfig
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.sft import SFT, SFTConfig
from rlvr.baselines.values.critic import CriticConfig
from tests.learns.toys import TOYS, Toy

STEPS = 60
COLD_START_SEED = 1 << 40
HELD_OUT_SEED = 1 << 41
OPTIMIZER = OptimizerConfig(lr=2e-3, warmup_steps=5)


@dataclass(frozen=True)
class Outcome:
    """What a policy could do before and after."""

    before: float
    """Share of held-out tasks that were solved, sampled at temperature 1."""
    after: float
    greedy: float
    """The same after, decoded greedily."""
    seconds: float
    """Of reinforcement learning."""


def learn(name: str, algorithm: str, seed: int) -> Outcome:
    """Have an algorithm learn a toy task."""
    toy = TOYS[name]
    model, tokenizer = policy(toy, seed)
    weights, before = cold_started(name, seed)
    model.load_state_dict(weights)
    learner = made(algorithm, toy, model, tokenizer, seed)
    started = time.perf_counter()
    for _ in range(STEPS):
        learner.step()
    seconds = time.perf_counter() - started
    return Outcome(before, solved(toy, model, tokenizer), solved(toy, model, tokenizer, temperature=0.0), seconds)


def policy(toy: type[Toy], seed: int) -> tuple[Any, Any]:
    """A model with fresh weights, and its tokenizer."""
    tokenizer = tiny_tokenizer(toy.characters)
    return tiny_model(seed, width=64, layers=2, heads=4, vocab_size=len(tokenizer), context=64), tokenizer


@cache
def cold_started(name: str, seed: int) -> tuple[dict[str, torch.Tensor], float]:
    """Weights after the cold start, and the share of held-out tasks that they solve, sampled."""
    toy = TOYS[name]
    model, tokenizer = policy(toy, seed)
    env = toy()
    sft = SFT(model, tokenizer, lambda index: env.worked(COLD_START_SEED + seed, index), SFTConfig(steps=200))
    for _ in range(sft.config.steps):
        sft.step()
    return model.state_dict(), solved(toy, model, tokenizer)


def made(algorithm: str, toy: type[Toy], model: Any, tokenizer: Any, seed: int) -> Algorithm:
    """The algorithm with its own defaults, but for the size of the toy."""
    tokens = toy.max_new_tokens
    if algorithm == "ppo":
        critic = CriticConfig(optimizer=OPTIMIZER)
        ppo = PPOConfig(steps=STEPS, max_new_tokens=tokens, optimizer=OPTIMIZER, critic=critic)
        return PPO(model, tokenizer, _envs(toy, ppo.groups), ppo, seed=seed)
    if algorithm == "reinforce":
        rloo = ReinforceConfig(steps=STEPS, max_new_tokens=tokens, optimizer=OPTIMIZER)
        return Reinforce(model, tokenizer, _envs(toy, rloo.groups * rloo.group_size), rloo, seed=seed)
    grpo = GRPOConfig(steps=STEPS, max_new_tokens=tokens, optimizer=OPTIMIZER)
    return GRPO(model, tokenizer, _envs(toy, grpo.groups * grpo.group_size), grpo, seed=seed)


def solved(toy: type[Toy], model: Any, tokenizer: Any, *, temperature: float = 1.0) -> float:
    """The share of 256 tasks of another stream than RL's that are solved."""
    agent = TransformersAgent(
        model, tokenizer, temperature=temperature, max_new_tokens=toy.max_new_tokens, seed=HELD_OUT_SEED
    )
    return evaluate(agent, _id(toy), {}, episodes=256, seed=HELD_OUT_SEED).metrics["accuracy"]


def _envs(toy: type[Toy], count: int) -> list[Any]:
    return make_envs(_id(toy), {}, count)


def _id(toy: type[Toy]) -> str:
    return f"tests.learns.toys:learns/{toy.__name__}-v0"
