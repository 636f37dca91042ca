from dataclasses import dataclass, replace

import pytest

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.evaluation import summarise
from rlvr.baselines.held_out import held_out
from rlvr.baselines.settings import EnvConfig, EvaluationConfig, TrainConfig

TOKENIZER = tiny_tokenizer("0123456789")
CONFIG = TrainConfig(
    env=EnvConfig(id="tests.toys:toy/Successor-v0", held_out={}), evaluation=EvaluationConfig(episodes=7)
)


@dataclass(frozen=True)
class Alone:
    """One of several processes, which hears nothing of the others."""

    rank: int
    size: int

    def gather(self, items):
        return [[] if rank != self.rank else list(items) for rank in range(self.size)]


@pytest.fixture(scope="module")
def model():
    return tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64).eval()


@pytest.mark.parametrize("size", [2, 3, 7])
def test_the_shares_of_all_processes_are_the_tasks_of_one(model, size):
    whole = held_out(CONFIG, model, TOKENIZER)
    shares = [held_out(CONFIG, model, TOKENIZER, world=Alone(rank, size)) for rank in range(size)]
    for decoding, one in whole.items():
        together = [episode for share in shares for episode in share[decoding].episodes]
        assert [episode.task for episode in together] == [episode.task for episode in one.episodes]
    together = [episode for share in shares for episode in share["greedy"].episodes]
    assert summarise(together).metrics == pytest.approx(whole["greedy"].metrics)


def test_an_evaluation_is_the_same_every_time(model):
    first, second = held_out(CONFIG, model, TOKENIZER), held_out(CONFIG, model, TOKENIZER)
    for decoding in ("sampled", "greedy"):
        assert first[decoding].metrics == second[decoding].metrics
    other = held_out(replace(CONFIG, evaluation=EvaluationConfig(episodes=7, seed=1)), model, TOKENIZER)
    assert [one.task for one in other["greedy"].episodes] != [one.task for one in first["greedy"].episodes]
