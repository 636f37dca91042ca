import pytest
import torch
from transformers import MambaConfig, MambaForCausalLM

from rlvr.agents import HumanAgent, ScriptedAgent, TransformersAgent
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.core import Completion, FinishReason
from tests.toys import Successor


def ask(text):
    return [{"role": "user", "content": text}]


@pytest.mark.parametrize(("script", "status"), [("oracle", "correct"), ("wrong", "wrong"), ("random", "wrong")])
def test_scripts_do_what_their_names_say(script, status):
    env = Successor()
    env.reset(seed=0)
    agent = ScriptedAgent(script)
    agent.see([env])
    *_, info = env.step(agent.act([env.transcript])[0])
    assert info["verdict"]["status"] == status


def test_a_function_is_a_script():
    agent = ScriptedAgent(lambda conversation: conversation[-1]["content"][::-1])
    assert agent.act([ask("ab"), ask("cd")]) == ["ba", "dc"]


def test_an_unknown_script_names_itself_and_the_scripts_there_are():
    with pytest.raises(ValueError, match=r"Unknown script 'orakle'. Perhaps you meant 'oracle'"):
        ScriptedAgent("orakle")


def test_an_oracle_that_saw_nothing_says_so():
    with pytest.raises(RuntimeError, match="shown 0 environments for 1 conversations"):
        ScriptedAgent("oracle").act([ask("a")])


class Unsolved(Successor):
    """Of odd digits it does not know the successor."""

    def solution(self, task):
        if int(task.prompt) % 2:
            raise NotImplementedError(f"No solution of {task.prompt}.")
        return super().solution(task)


def test_an_oracle_without_a_solution_raises_or_answers_what_it_was_given():
    env = Unsolved()
    seen = set()
    for episode in range(20):
        env.reset(seed=0, options={"episode": episode})
        odd = int(env.task.prompt) % 2
        seen.add(odd)
        careful, strict = ScriptedAgent("oracle", missing="?"), ScriptedAgent("oracle")
        careful.see([env])
        strict.see([env])
        assert careful.act([env.transcript]) == ["?" if odd else env.task.reference]
        assert careful.unanswered == ({env.task.id: f"No solution of {env.task.prompt}."} if odd else {})
        if odd:
            with pytest.raises(NotImplementedError, match="No solution of"):
                strict.act([env.transcript])
    assert seen == {0, 1}


def test_a_person_sees_only_what_is_new_and_may_answer_in_several_lines():
    lines, shown = iter(["42", "is it", ""]), []
    agent = HumanAgent(ask=lambda prompt: next(lines), show=shown.append)
    answer = agent.act([[*ask("old"), {"role": "assistant", "content": "x"}, *ask("new")]])[0]
    assert answer == "42\nis it"
    assert shown == ["user: new"]


@pytest.mark.parametrize(
    "typed",
    [
        ["```python", "x = 1", "", "y = 2", "```"],
        ["So:", "~~~", "", "```", "", "~~~"],
        ["````", "", "```", "", "````", "Done."],
        ["```x``` is inline"],
    ],
)
def test_an_empty_line_ends_no_answer_whose_block_is_open(typed):
    lines = iter([*typed, "", "of the next answer"])
    agent = HumanAgent(ask=lambda prompt: next(lines), show=lambda text: None)
    assert agent.act([ask("a")])[0] == "\n".join(typed)


@pytest.fixture(scope="module")
def policy():
    return tiny_model(0, width=32, layers=1, heads=2), tiny_tokenizer()


def test_completions_carry_prompt_tokens_logprobs_and_finish_reason(policy):
    agent = TransformersAgent(*policy, max_new_tokens=12)
    answers = agent.act([ask("1"), ask("22"), ask("1")])
    for question, answer in zip(["1", "22", "1"], answers, strict=True):
        assert isinstance(answer, Completion)
        assert agent.tokenizer.decode(answer.prompt_ids) == f"<|user|>{question}<|end|><|assistant|>"
        assert len(answer.logprobs) == len(answer.token_ids) <= 12
        ended = answer.finish_reason is FinishReason.STOP
        assert answer == agent.tokenizer.decode(answer.token_ids[: -1 if ended else None])


def test_the_batch_size_does_not_change_greedy_answers(policy):
    questions = [ask(str(number)) for number in range(7)]
    alone = TransformersAgent(*policy, max_new_tokens=8, temperature=0.0, batch_size=1).act(questions)
    together = TransformersAgent(*policy, max_new_tokens=8, temperature=0.0, batch_size=7).act(questions)
    assert alone == together


def test_a_prompt_without_room_gets_an_empty_cut_answer(policy):
    agent = TransformersAgent(*policy, max_new_tokens=8, max_context=10)
    long, short = agent.act([ask("0123456789"), ask("12345")])
    assert (long, long.token_ids, long.finish_reason) == ("", (), FinishReason.LENGTH)
    assert len(short.token_ids) <= 2


def test_a_model_without_positions_has_no_longest_context(policy):
    tokenizer = policy[1]
    other = MambaForCausalLM(MambaConfig(vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, state_size=4))
    assert not hasattr(other.config, "max_position_embeddings")
    agent = TransformersAgent(other, tokenizer)
    assert agent.max_context > 10**9


def test_an_agent_computes_in_half_precision_where_it_is_asked_to(policy):
    seen = []
    handle = policy[0].model.norm.register_forward_hook(lambda *parts: seen.append(torch.is_autocast_enabled("cpu")))
    for autocast in (True, False):
        TransformersAgent(*policy, max_new_tokens=1, autocast=autocast).act([ask("1")])
    handle.remove()
    assert seen == [True, False]


def test_acting_leaves_the_training_mode_as_it_was(policy):
    policy[0].train()
    TransformersAgent(*policy, max_new_tokens=1).act([ask("1")])
    assert policy[0].training


def test_an_answer_goes_on_from_any_of_its_tokens_as_it_went_on(policy):
    agent = TransformersAgent(*policy, max_new_tokens=12, temperature=0.0)
    [answer] = agent.act([ask("12")])
    begun = [
        Completion(token_ids=answer.token_ids[:n], logprobs=answer.logprobs[:n], prompt_ids=answer.prompt_ids)
        for n in range(len(answer.token_ids))
    ]
    for completed in agent.complete(begun):
        assert completed == answer and completed.finish_reason is answer.finish_reason
        assert (completed.token_ids, completed.prompt_ids) == (answer.token_ids, answer.prompt_ids)
        assert completed.logprobs == pytest.approx(answer.logprobs, abs=1e-5)


def test_what_was_begun_is_part_of_the_budget_and_is_not_encoded_again(policy):
    agent = TransformersAgent(*policy, max_new_tokens=9, seed=1)
    [begun] = agent.begin([ask("12")])
    # Characters of a tag, which its text would be encoded as one token.
    ids = tuple(agent.tokenizer.convert_tokens_to_ids(list("<think>")))
    begun = Completion(token_ids=ids, logprobs=[-0.5] * 7, prompt_ids=begun.prompt_ids)
    for most, answers in ((2, agent.complete([begun] * 20)), (1, agent.complete([begun], max_new_tokens=1))):
        for answer in answers:
            assert answer.token_ids[:7] == ids and answer.logprobs[:7] == (-0.5,) * 7
            assert 7 < len(answer.token_ids) <= 7 + most and answer.startswith("<think>")
    full = TransformersAgent(*policy, max_new_tokens=7)
    [cut] = full.complete([begun])
    assert (cut, cut.token_ids, cut.finish_reason) == ("<think>", ids, FinishReason.LENGTH)


def test_an_answer_that_does_not_know_its_tokens_cannot_go_on(policy):
    with pytest.raises(ValueError, match="Expected an answer with prompt_ids, token_ids and logprobs"):
        TransformersAgent(*policy).complete([Completion("so")])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1.0}, "temperature to be at least 0.0, actually: -1.0"),
        ({"max_new_tokens": 0}, "max_new_tokens to be at least 1, actually: 0"),
        ({"max_context": 0}, "max_context to be at least 1, actually: 0"),
    ],
)
def test_bad_budgets_are_refused_early(policy, options, message):
    with pytest.raises(ValueError, match=message):
        TransformersAgent(*policy, **options)


def test_a_saved_policy_loads_and_answers_the_same(policy, tmp_path):
    policy[0].save_pretrained(tmp_path)
    policy[1].save_pretrained(tmp_path)
    loaded = TransformersAgent.from_pretrained(tmp_path, max_new_tokens=8, temperature=0.0)
    assert loaded.act([ask("12")]) == TransformersAgent(*policy, max_new_tokens=8, temperature=0.0).act([ask("12")])
