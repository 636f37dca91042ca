"""Each algorithm takes the demonstration's policy from direct answers to thought-out ones, by correctness alone.

The real recipe with its defaults: the cold start of a seed is trained once, and a run of each algorithm resumes it.
"""

import dataclasses

import pytest

from rlvr.baselines import thinking
from rlvr.baselines.run import Run, checkpoint
from rlvr.baselines.training import train

pytestmark = [pytest.mark.learns, pytest.mark.slow]
ALGORITHMS = ("grpo", "ppo", "reinforce")


def recipe(seed, algorithm="grpo"):
    """The demonstration, evaluated before and after RL."""
    config = thinking.config()
    evaluation = dataclasses.replace(config.evaluation, every=0)
    return dataclasses.replace(config, seed=seed, algorithm=algorithm, evaluation=evaluation, checkpoint_every=0)


@pytest.fixture(scope="module", params=[0, 1, 2], ids=lambda seed: f"seed{seed}")
def cold_start(request, tmp_path_factory):
    """A seed, and the checkpoint that its cold start leaves behind."""
    config = recipe(request.param)
    run = Run.create(tmp_path_factory.mktemp("cold_start") / "run", config)
    left = iter(range(config.cold_start.sft.steps - 1, -1, -1))
    assert not train(config, run, stop=lambda: next(left) == 0)
    return request.param, checkpoint.latest(run.checkpoints)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_algorithm_finds_out_that_thinking_pays(algorithm, cold_start, tmp_path, tell):
    seed, path = cold_start
    config = recipe(seed, algorithm)
    run = Run.create(tmp_path / "run", config)
    assert train(config, run, resume_from=path)
    lines = {(line["step"], line["decoding"]): line for line in run.metrics() if line["phase"] == "evaluation"}
    first, last = lines[0, "sampled"], lines[config.rl.steps, "sampled"]
    greedy = lines[config.rl.steps, "greedy"]["accuracy"]
    seconds = last["training_seconds"] - first["training_seconds"]
    tell(algorithm, "demo", seed, first["accuracy"], last["accuracy"], greedy, seconds)
    assert greedy >= 0.90
    assert last["accuracy"] >= max(0.75, 2 * first["accuracy"])
    assert last["thinking"] > 0.9 > 0.5 > first["thinking"]
