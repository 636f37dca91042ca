from pathlib import Path

import pytest
import torch

from rlvr import registry
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.advantages import outcome_advantages
from rlvr.baselines.config import as_dict, merge
from rlvr.baselines.presets import PRESETS
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.settings import ALGORITHMS, TrainConfig

TOKENIZER = tiny_tokenizer("0123456789")
SMALL = {"steps": 2, "groups": 4, "group_size": 16, "max_new_tokens": 1}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_fits_any_configuration_and_learns(name):
    chosen = registry.preset(name)
    start = merge(TrainConfig(), {chosen.algorithm: SMALL})
    rounds = chosen.changes.get("batches_per_round", 1)
    alone = chosen.changes.get("critic", {}).get("pretrain_steps", 0)  # Steps before the policy first moves.
    config = chosen.apply(merge(start, {chosen.algorithm: {"steps": 2 * rounds + alone}}))
    assert config.algorithm == chosen.algorithm and config.rl.groups == 4
    assert merge(TrainConfig(), as_dict(config)) == config  # What a run's config.json keeps is all of it.
    torch.set_num_threads(1)
    model = tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", {}, 4 * 16)
    algorithm = ALGORITHMS[config.algorithm](model, TOKENIZER, envs, config.rl, seed=0)
    before = [parameter.clone() for parameter in model.parameters()]
    metrics = [algorithm.step()[0] for _ in range(2)]
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())
    moved = any(not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    waits = name in ("vc_ppo", "vapo", "rest_em", "star")  # Two steps are before the policy first moves.
    assert moved is not waits
    assert metrics[0]["trained_groups"] > 0 or chosen.algorithm == "expert_iteration"


def test_a_preset_that_there_is_not_is_named_with_the_ones_there_are():
    with pytest.raises(ValueError, match=r"Unknown preset 'dapoo'\. Perhaps you meant 'dapo'"):
        registry.preset("dapoo")


def test_every_preset_says_where_it_was_published():
    assert all(one.source for one in PRESETS.values()) and registry.presets() == sorted(PRESETS)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_loss_without_a_ratio_takes_one_optimizer_step_a_batch(name):
    config = PRESETS[name].apply(TrainConfig())
    on_policy = config.rl.loss.kind != "policy_gradient" or config.rl.mini_batches == config.rl.epochs == 1
    assert on_policy or config.algorithm == "expert_iteration"  # Which learns by likelihood, on policy or not.


def test_gpg_makes_up_for_flat_groups_that_are_there():
    config = PRESETS["gpg"].apply(TrainConfig()).grpo
    rewards = torch.tensor([[1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
    assert not config.data.skip_flat_groups
    assert outcome_advantages(config.advantage, rewards, rewards).tolist() == [[1.0, -1.0], [0.0, 0.0]]


def test_the_documentation_counts_and_names_them():
    root = Path(__file__).parents[2]
    assert f"{len(PRESETS)} published methods" in (root / "README.md").read_text()
    pages = {path.stem: path.read_text() for path in (root / "docs" / "baselines").glob("*.md")}
    assert all(f"`{name}`" in pages["ppo"] for name, one in PRESETS.items() if one.algorithm == "ppo" and name != "ppo")
