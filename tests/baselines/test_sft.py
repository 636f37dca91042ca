import dataclasses

import pytest
import torch
from transformers import BloomConfig, BloomForCausalLM

from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.examples.traces import shuffled
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.learner.sequences import from_episode
from rlvr.baselines.rollout import collect
from rlvr.baselines.sft import SFT, SFTConfig, rows_of
from tests.chat_templates import TEMPLATES, end, marked, speaking
from tests.planted_replies import Objecting, Reciting, Shouting

TOKENIZER = tiny_tokenizer()
CONFIG = SFTConfig(steps=6, batch_size=4, optimizer=OptimizerConfig(lr=1e-2))
SAID = [
    {"role": "user", "content": "Q?"},
    {"role": "assistant", "content": "<think>hm</think>ab"},
    {"role": "user", "content": "No 1."},
    {"role": "assistant", "content": "done"},
]


def pairs(*answers):
    """Examples of one turn."""
    return [[{"role": "user", "content": "Q?"}, {"role": "assistant", "content": answer}] for answer in answers]


def fine_tuning(examples, config=CONFIG, dtype=torch.float32, **options):
    model = tiny_model(0, width=32, layers=1, heads=2, context=64).to(dtype)
    return SFT(model, TOKENIZER, shuffled(examples, seed=0), config, **options)


def weights(sft):
    return [parameter.detach().clone() for parameter in sft.learner.model.parameters()]


@pytest.mark.filterwarnings("ignore::rlvr.agents.templates.HistoryWarning")
@pytest.mark.parametrize(
    ("name", "env"),
    [
        *((name, Objecting) for name in TEMPLATES),
        *((name, Shouting) for name in TEMPLATES if name not in ("two", "deaf", "endless")),  # They know no tools.
    ],
)
@pytest.mark.parametrize("history", ["sampled", "template"])
def test_a_trace_is_the_row_of_an_episode_in_which_the_policy_said_the_same(name, env, history):
    """Whatever the template does, prompts and masks are those of sampling: the policy learns what it will be asked."""
    answers = ["<think>hm</think>call a", "call b c", "done"]
    agent = Reciting(speaking(name), [answer + end(name) for answer in answers], history=history)
    [[episode]] = collect([env()], agent, seed=0, first_episode=0)
    messages = [{**message, "content": str(message["content"])} for message in episode.messages]
    rows = rows_of(speaking(name), messages, history=history)
    expected = from_episode(episode)
    assert [(row.ids, row.mask) for row in rows] == [(row.ids, row.mask) for row in expected]
    last = rows_of(speaking(name), messages, learn="last", history=history)
    turns = expected[-1].columns["turns"]
    assert (last[-1].ids, last[-1].count) == (expected[-1].ids, turns.count(2.0)) and len(last) == 1


def test_all_answers_are_learned_each_with_the_end_of_its_turn_or_the_last_alone():
    tokenizer = speaking("chatml")
    both = (
        "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[<think>hm</think>ab<|im_end|>]]"
        "\n<|im_start|>user\nNo 1.<|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]"
    )
    [row] = rows_of(tokenizer, SAID)
    assert (row.ids, row.mask) == marked(tokenizer, both)
    [row] = rows_of(tokenizer, SAID, learn="last")
    assert (row.ids, row.mask) == marked(tokenizer, both.replace("[[<", "<").replace("ab<|im_end|>]]", "ab<|im_end|>"))


def test_the_chat_template_is_given_its_variables():
    tokenizer = speaking("thinking")
    text = "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n[[ab<|im_end|>]]"
    [row] = rows_of(tokenizer, pairs("ab")[0], chat_template_kwargs={"enable_thinking": False})
    assert (row.ids, row.mask) == marked(tokenizer, text)


def test_the_loss_is_the_cross_entropy_of_the_answers_a_mean_over_all_their_tokens():
    examples = pairs("a", "bcd")
    config = dataclasses.replace(CONFIG, batch_size=2)
    sft = fine_tuning(examples, config, torch.float64)
    losses = []
    for example in examples:
        [row] = rows_of(TOKENIZER, example)
        with torch.no_grad():
            logprobs = sft.learner.model(torch.tensor([row.ids])).logits[0].log_softmax(-1)
        answered = range(len(row.ids) - row.count, len(row.ids))
        losses += [-float(logprobs[i - 1, row.ids[i]]) for i in answered]
    assert len(losses) == (1 + 1) + (3 + 1)
    metrics = sft.step()
    assert metrics["loss"] == pytest.approx(sum(losses) / 6, rel=1e-9)
    assert (metrics["tokens"], metrics["too_long"]) == (6.0, 0.0)


def test_what_is_too_long_is_left_out_and_counted_and_moves_nothing():
    sound, long = pairs("a", "bcd", "x" * 60), pairs("x" * 60)[0]
    sft = fine_tuning(sound, dataclasses.replace(CONFIG, batch_size=3))
    without = fine_tuning(sound[:2], dataclasses.replace(CONFIG, batch_size=2))
    sft.example = sound.__getitem__
    without.example = sound.__getitem__
    metrics, expected = sft.step(), without.step()
    assert (metrics.pop("too_long"), expected.pop("too_long")) == (1.0, 0.0)
    assert metrics == expected
    assert all(torch.equal(a, b) for a, b in zip(weights(sft), weights(without), strict=True))
    sft.example = lambda index: long
    with pytest.raises(
        ValueError, match="Expected an example of at most 64 tokens among the 3 of step 1, actually: 66"
    ):
        sft.step()
    assert fine_tuning(sound, dataclasses.replace(CONFIG, max_tokens=8, batch_size=6)).step()["too_long"] == 4.0


def test_traces_are_learned_and_a_resumed_run_goes_on_bit_for_bit():
    examples = pairs("a", "bcd", "ef")
    straight, again = fine_tuning(examples), fine_tuning(examples)
    expected = [straight.step() for _ in range(6)]
    assert expected[-1]["loss"] < 0.8 * expected[0]["loss"]
    first = [again.step() for _ in range(2)]
    resumed = fine_tuning(examples)
    resumed.learner.model.load_state_dict(again.learner.model.state_dict())
    resumed.load_state_dict(again.state_dict())
    assert first + [resumed.step() for _ in range(4)] == expected
    assert all(torch.equal(a, b) for a, b in zip(weights(resumed), weights(straight), strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": -1}, "sft.steps to be at least 0"),
        ({"batch_size": 0}, "sft.batch_size to be at least 1"),
        ({"max_tokens": 1}, "sft.max_tokens to be at least 2"),
    ],
)
def test_what_could_not_train_is_refused_early(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(CONFIG, **changes)


def test_a_model_whose_positions_have_no_end_leaves_nothing_out():
    config = BloomConfig(vocab_size=len(TOKENIZER), hidden_size=16, n_layer=1, n_head=2, pad_token_id=0)
    assert not hasattr(config, "max_position_embeddings")
    example = pairs("x" * 200)[0]
    sft = SFT(BloomForCausalLM(config), TOKENIZER, lambda index: example, CONFIG)
    assert sft.step()["too_long"] == 0.0
