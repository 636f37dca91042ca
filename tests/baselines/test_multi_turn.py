"""Episodes of several turns, token by token: what was sampled, what was said to the model, and what is learned."""

import itertools
import warnings

import pytest
import torch

from rlvr.agents import TransformersAgent
from rlvr.agents.templates import HistoryWarning
from rlvr.agents.tiny import tiny_model
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.sequences import from_episode
from rlvr.baselines.rollout import collect
from tests.chat_templates import end, marked, speaking, spell
from tests.planted_replies import Objecting, Reciting, Shouting, logprob


def episode(env, agent):
    [[one]] = collect([env], agent, seed=0, first_episode=0)
    return one


def rows_of(name, env, answers, **options):
    """The rows of an episode in which these texts were sampled, the end of turn with them."""
    agent = Reciting(speaking(name), [answer + end(name) for answer in answers], **options)
    return from_episode(episode(env, agent))


def require(row, name, text, first=0):
    """Hold a row to a text in which what was sampled stands in double brackets, at turn `first` and those after it."""
    tokenizer = speaking(name)
    ids, mask = marked(tokenizer, text)
    assert tokenizer.decode(row.ids) == text.replace("[[", "").replace("]]", "")
    assert (row.ids, row.mask) == (ids, mask)
    samples = [spell(tokenizer, part.split("]]")[0]) for part in text.split("[[")[1:]]
    places = [(turn, i) for turn, sample in enumerate(samples, first) for i in range(len(sample))]
    assert row.columns["turns"] == [float(turn) for turn, _ in places]
    assert row.columns["sampled"] == [logprob(turn, i) for turn, i in places]


USER = {
    "tiny": (
        "<|user|>Q?<|end|><|assistant|>[[<think>hm</think>ab<|end|>]]"
        "<|user|>No 1.<|end|><|assistant|>[[cd<|end|>]]"
        "<|user|>No 2.<|end|><|assistant|>[[done<|end|>]]"
    ),
    "chatml": (
        "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[<think>hm</think>ab<|im_end|>]]"
        "\n<|im_start|>user\nNo 1.<|im_end|>\n<|im_start|>assistant\n[[cd<|im_end|>]]"
        "\n<|im_start|>user\nNo 2.<|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]"
    ),
    "headers": (
        "<|begin|><|start_header|>user<|end_header|>\n\nQ?<|eot|><|start_header|>assistant<|end_header|>\n\n"
        "[[<think>hm</think>ab<|eot|>]]"
        "<|start_header|>user<|end_header|>\n\nNo 1.<|eot|><|start_header|>assistant<|end_header|>\n\n[[cd<|eot|>]]"
        "<|start_header|>user<|end_header|>\n\nNo 2.<|eot|><|start_header|>assistant<|end_header|>\n\n[[done<|eot|>]]"
    ),
    "lines": (
        "<|im_start|>user\nQ?\n<|im_end|>\n<|im_start|>assistant\n[[<think>hm</think>ab<|im_end|>]]"
        "\n<|im_start|>user\nNo 1.\n<|im_end|>\n<|im_start|>assistant\n[[cd<|im_end|>]]"
        "\n<|im_start|>user\nNo 2.\n<|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]"
    ),
    "endless": (
        "<|user|>\nQ?<|assistant|>\n[[<think>hm</think>ab<|user|>]]"
        "\nNo 1.<|assistant|>\n[[cd<|user|>]]"
        "\nNo 2.<|assistant|>\n[[done<|user|>]]"
    ),
}
USER |= {name: USER["chatml"] for name in ("thinking", "last", "two", "deaf")}
USER["opening"] = (
    "<|bos|><|user|>Q?<|assistant|><think>\n[[<think>hm</think>ab<|eos|>]]"
    "<|user|>No 1.<|assistant|><think>\n[[cd<|eos|>]]"
    "<|user|>No 2.<|assistant|><think>\n[[done<|eos|>]]"
)

TOOL = {
    "tiny": (
        "<|user|>Q?<|end|><|assistant|>[[<think>hm</think>call a<|end|>]]"
        "<|tool|>A<|end|><|assistant|>[[call b c<|end|>]]"
        "<|tool|>B<|end|><|tool|>C<|end|><|assistant|>[[done<|end|>]]"
    ),
    "chatml": (
        "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[<think>hm</think>call a<|im_end|>]]"
        "\n<|im_start|>user\n<out>A</out><|im_end|>\n<|im_start|>assistant\n[[call b c<|im_end|>]]"
        "\n<|im_start|>user\n<out>B</out>\n<out>C</out><|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]"
    ),
    "headers": (
        "<|begin|><|start_header|>user<|end_header|>\n\nQ?<|eot|><|start_header|>assistant<|end_header|>\n\n"
        "[[<think>hm</think>call a<|eot|>]]"
        "<|start_header|>tool<|end_header|>\n\nA<|eot|><|start_header|>assistant<|end_header|>\n\n[[call b c<|eot|>]]"
        "<|start_header|>tool<|end_header|>\n\nB<|eot|><|start_header|>tool<|end_header|>\n\nC<|eot|>"
        "<|start_header|>assistant<|end_header|>\n\n[[done<|eot|>]]"
    ),
    "opening": (
        "<|bos|><|user|>Q?<|assistant|><think>\n[[<think>hm</think>call a<|eos|>]]"
        "<|tool|>A<|assistant|><think>\n[[call b c<|eos|>]]"
        "<|tool|>B<|tool|>C<|assistant|><think>\n[[done<|eos|>]]"
    ),
}
TOOL |= {name: TOOL["chatml"] for name in ("thinking", "last")}


@pytest.mark.filterwarnings("ignore::rlvr.agents.templates.HistoryWarning")
@pytest.mark.parametrize("name", USER)
def test_replies_of_the_user_are_masked_as_the_template_writes_them_and_samples_survive(name):
    [row] = rows_of(name, Objecting(), ["<think>hm</think>ab", "cd", "done"])
    require(row, name, USER[name])


@pytest.mark.filterwarnings("ignore::rlvr.agents.templates.HistoryWarning")
@pytest.mark.parametrize("name", TOOL)
def test_replies_of_tools_are_masked_and_those_to_one_call_are_written_together(name):
    [row] = rows_of(name, Shouting(), ["<think>hm</think>call a", "call b c", "done"])
    require(row, name, TOOL[name])


def test_a_tool_and_then_the_user_may_reply_in_one_episode():
    [row] = rows_of("chatml", Shouting(), ["call a", "no", "done"])
    require(
        row,
        "chatml",
        "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[call a<|im_end|>]]"
        "\n<|im_start|>user\n<out>A</out><|im_end|>\n<|im_start|>assistant\n[[no<|im_end|>]]"
        "\n<|im_start|>user\nNo 1.<|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]",
    )


def test_a_template_that_rewrites_history_trains_each_turn_on_what_it_was_shown():
    first, second, third = rows_of(
        "thinking", Objecting(), ["<think>hm</think>ab", "<think>o</think>cd", "done"], history="template"
    )
    asked = "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n"
    again = "\n<|im_start|>user\nNo {}.<|im_end|>\n<|im_start|>assistant\n"
    require(first, "thinking", f"{asked}[[<think>hm</think>ab<|im_end|>]]")
    before = f"{asked}ab<|im_end|>{again.format(1)}"
    require(second, "thinking", f"{before}[[<think>o</think>cd<|im_end|>]]", first=1)
    require(third, "thinking", f"{before}cd<|im_end|>{again.format(2)}[[done<|im_end|>]]", first=2)


def test_where_the_template_keeps_the_reasoning_of_a_chain_of_calls_the_chain_is_one_row():
    answers = ["<think>hm</think>call a", "<think>o</think>no", "done"]
    chain, last = rows_of("thinking", Shouting(), answers, history="template")
    asked = "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n"
    reply = "\n<|im_start|>user\n<out>A</out><|im_end|>\n<|im_start|>assistant\n"
    require(chain, "thinking", f"{asked}[[{answers[0]}<|im_end|>]]{reply}[[{answers[1]}<|im_end|>]]")
    shown = f"{asked}call a<|im_end|>{reply}no<|im_end|>\n<|im_start|>user\nNo 1.<|im_end|>\n<|im_start|>assistant\n"
    require(last, "thinking", f"{shown}[[done<|im_end|>]]", first=2)


def test_a_sample_that_was_cut_ends_the_episode_and_trains_without_an_end_of_turn():
    tokenizer = speaking("chatml")
    one = episode(Objecting(), Reciting(tokenizer, ["ab", "unasked"]))
    [row] = from_episode(one)
    assert one.terminated and one.finish_reason == "length"
    require(row, "chatml", "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[ab]]")


@pytest.mark.parametrize("name", ["tiny", "chatml"])
def test_where_the_conversation_goes_on_after_a_cut_the_template_ends_the_turn_and_nobody_learns_that(name):
    agent = Reciting(speaking(name), ["ab", f"done{end(name)}"])
    [row] = from_episode(episode(Objecting(goes_on=True), agent))
    text = (
        USER[name]
        .replace("<think>hm</think>ab", "ab")
        .replace("cd", "done")
        .replace(f"ab{end(name)}]]", f"ab]]{end(name)}")
    )
    require(row, name, text[: text.index("]]", text.index("done")) + 2])


def test_another_stop_token_than_the_templates_stands_in_its_place():
    agent = Reciting(speaking("chatml"), ["ab<|endoftext|>", "done<|im_end|>"], stop=["<|endoftext|>"])
    [row] = from_episode(episode(Objecting(), agent))
    require(
        row,
        "chatml",
        "<|im_start|>user\nQ?<|im_end|>\n<|im_start|>assistant\n[[ab<|endoftext|>]]"
        "\n<|im_start|>user\nNo 1.<|im_end|>\n<|im_start|>assistant\n[[done<|im_end|>]]",
    )


def test_sampled_ids_survive_where_their_text_would_encode_otherwise():
    tokenizer = speaking("chatml")
    odd = [*tokenizer.convert_tokens_to_ids(list("<think>")), tokenizer.eos_token_id]
    [row] = from_episode(episode(Objecting(), Reciting(tokenizer, [odd, odd, odd])))
    assert sampled(row) == odd * 3


@pytest.mark.filterwarnings("ignore::rlvr.agents.templates.HistoryWarning")
@pytest.mark.parametrize(
    ("name", "env", "history", "rows_an_episode"),
    [
        ("tiny", Objecting, "sampled", 1),
        ("chatml", Shouting, "sampled", 1),
        ("headers", Objecting, "sampled", 1),
        ("opening", Shouting, "sampled", 1),
        ("opening", Objecting, "template", 3),  # Its prompts open a thought that no later prompt shows.
    ],
)
def test_a_policy_learns_from_what_it_sampled_and_nothing_else(name, env, history, rows_an_episode):
    tokenizer = speaking(name)
    model = tiny_model(0, width=16, layers=1, heads=2, vocab_size=len(tokenizer))
    # A fresh policy hardly ever ends its turn: let half of the letters end it, too.
    model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids(list("abcdefghijklm"))
    agent = TransformersAgent(model, tokenizer, max_new_tokens=6, seed=3, history=history)
    [episodes] = collect([env(goes_on=True) for _ in range(8)], agent, seed=0, first_episode=0, group_size=8)
    turns = [turn for one in episodes for turn in one.turns]
    assert {turn.finish_reason for turn in turns} == {"stop", "length"}
    rows = [row for one in episodes for row in from_episode(one)]
    assert (len(turns), len(rows)) == (24, 8 * rows_an_episode)
    assert [pair for row in rows for pair in zip(sampled(row), row.columns["sampled"], strict=True)] == [
        pair for turn in turns for pair in zip(turn.output_ids, turn.output_logprobs, strict=True)
    ]

    learner = Learner(model, OptimizerConfig(), total_steps=1, pad_id=0)
    for row, score in zip(rows, learner.score(rows), strict=True):
        assert score["logprobs"] == pytest.approx(row.columns["sampled"], abs=1e-4)

    # The gradient, against that of every turn on its own: a prompt, which is not learned, and its sample.
    loss = -sum((1 + turn.info["turn"]) * _logprob(model, turn) for turn in turns)
    expected = torch.autograd.grad(loss, list(model.parameters()))
    learned = [torch.zeros_like(parameter) for parameter in model.parameters()]
    for total, parameter in zip(learned, model.parameters(), strict=True):
        parameter.register_hook(total.add_)
    for row in rows:
        row.columns["weights"] = [2.0 + turn for turn in row.columns["turns"]]
    learner.step(rows, lambda outputs, tokens: (-outputs.logprobs * tokens["weights"], {}))
    for got, wanted in zip(learned, expected, strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-3, atol=1e-4 * float(wanted.abs().max()))


def sampled(row):
    return [one for one, kept in zip(row.ids, row.mask, strict=True) if kept]


def _logprob(model, turn):
    """The log-probability of a turn's sample, worked out from the turn alone."""
    ids = torch.tensor([[*turn.prompt_ids, *turn.output_ids]])
    logprobs = model(ids).logits[0, len(turn.prompt_ids) - 1 : -1].log_softmax(-1)
    return logprobs[range(len(turn.output_ids)), turn.output_ids].sum()


def test_going_on_against_the_template_is_said_once():
    def rollout():
        return rows_of("thinking", Objecting(), ["<think>hm</think>ab", "<think>o</think>cd", "done"])

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        rollout()
        rollout()
    assert [one.category for one in caught] == [HistoryWarning]
    assert 'history="template"' in str(caught[0].message)


def test_nothing_is_said_where_the_template_keeps_what_was_sampled():
    with warnings.catch_warnings():
        warnings.simplefilter("error", HistoryWarning)
        rows_of("thinking", Shouting(), ["<think>hm</think>call a", "call b c", "done"])
        rows_of("thinking", Objecting(), ["ab", "cd", "done"])
        rows_of("thinking", Objecting(), ["<think>hm</think>ab", "cd", "done"], history="template")


def test_every_stop_token_of_a_model_ends_its_turn_once():
    tokenizer = speaking("chatml")
    model = tiny_model(0, width=16, layers=1, heads=2, vocab_size=len(tokenizer))
    model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids(list("abcdefghijklm"))
    agent = TransformersAgent(model, tokenizer, max_new_tokens=6, seed=3)
    [episodes] = collect([Objecting(goes_on=True) for _ in range(8)], agent, seed=0, first_episode=0, group_size=8)
    for one in episodes:
        for number, (turn, following) in enumerate(itertools.pairwise(one.turns), 1):
            before = (*turn.prompt_ids, *turn.output_ids)
            assert following.prompt_ids[: len(before)] == before
            assert tokenizer.decode(following.prompt_ids[len(before) :]) == (
                ("" if turn.finish_reason == "stop" else "<|im_end|>")
                + f"\n<|im_start|>user\nNo {number}.<|im_end|>\n<|im_start|>assistant\n"
            )


def test_an_unknown_history_is_refused():
    with pytest.raises(ValueError, match=r'history to be "sampled" or "template", actually: \'kept\''):
        TransformersAgent(tiny_model(0, width=16, layers=1, heads=2), speaking("tiny"), history="kept")


def test_variables_of_the_template_reach_every_prompt_of_an_agent():
    tokenizer = speaking("thinking")
    model = tiny_model(0, width=16, layers=1, heads=2, vocab_size=len(tokenizer))
    agent = TransformersAgent(model, tokenizer, max_new_tokens=2, chat_template_kwargs={"enable_thinking": False})
    with pytest.warns(HistoryWarning):
        one = episode(Objecting(goes_on=True), agent)
    assert len(one.turns) == 3
    for turn in one.turns:
        assert tokenizer.decode(turn.prompt_ids).endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")
