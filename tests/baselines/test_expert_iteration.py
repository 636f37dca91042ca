import dataclasses

import pytest
import torch

from rlvr.agents import ScriptedAgent
from rlvr.agents.conversation import encode
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.examples.distillation import distil
from rlvr.baselines.experience import Experience
from rlvr.baselines.expert_iteration import ExpertIteration, ExpertIterationConfig
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.losses import EntropyConfig, KLConfig, OffPolicyConfig
from rlvr.baselines.policy import PolicyConfig
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.run import Run
from rlvr.baselines.run.checkpoint import latest, load, save
from rlvr.baselines.settings import ColdStartConfig, EnvConfig, EvaluationConfig, TrainConfig, check
from rlvr.baselines.sft import SFT, SFTConfig, _loss
from rlvr.baselines.training import train
from rlvr.core import Completion, Status, Verdict
from tests.baselines.planted import episode, turn

TOKENIZER = tiny_tokenizer("0123456789")
HINT = "{reference}{prompt}"


def learner(config, seed=0, dtype=torch.float32, **kwargs):
    """R1-Zero at toy scale: one answer token, correctness alone."""
    model = tiny_model(seed, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64).to(dtype)
    envs = make_envs("tests.toys:toy/Successor-v0", kwargs, config.groups * config.group_size)
    return ExpertIteration(model, TOKENIZER, envs, config, seed=seed)


def config(**changes):
    settings = {"steps": 8, "groups": 10, "group_size": 16, "max_new_tokens": 1, "optimizer": OptimizerConfig(lr=1e-2)}
    return ExpertIterationConfig(**{**settings, **changes})


def numbers(metrics):
    return {name: value for name, value in metrics.items() if "second" not in name}


def weights(algorithm):
    return [parameter.detach().clone() for parameter in algorithm.learner.model.parameters()]


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_policy_learns_from_its_own_right_answers_alone(seed):
    # Without the cap, the digits that are learned first crowd out the others.
    algorithm = learner(config(steps=60, group_size=32, mini_batches=2, per_task=4), seed)
    rewards = [algorithm.step()[0]["reward"] for _ in range(60)]
    assert sum(rewards[:2]) / 2 <= 0.2
    assert sum(rewards[-5:]) / 5 >= 0.8


def answer(task, text, *, score=1.0, reward=None, length=2, masked=False, level=None, cut=False):
    status = Status.CORRECT if score == 1.0 else Status.PARTIAL if score else Status.WRONG
    one = turn([1, 2], range(3, 3 + length), reward=score if reward is None else reward, status=status, text=text)
    one.info["verdict"]["score"] = score
    one.info.update({"masked": masked, **({} if level is None else {"level": level})})
    return dataclasses.replace(episode(one), task=task)


SAMPLED = [
    answer("a", "a1", length=5),
    answer("a", "wrong", score=0.0),
    answer("b", "b1", reward=0.8),
    answer("a", "a2", length=3),
    answer("b", "half", score=0.5),
    answer("a", "masked", masked=True),
    answer("a", "", length=0),
    answer("b", "b2", reward=0.9),
    answer("a", "a1", length=4),
    answer("a", "harder", level=1),
]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [["a1", "a2", "a1"], ["b1", "b2"], ["harder"]]),
        ({"per_task": 1}, [["a1"], ["b1"], ["harder"]]),
        ({"per_task": 2}, [["a1", "a2"], ["b1", "b2"], ["harder"]]),
        ({"per_task": 1, "prefer": "best"}, [["a1"], ["b2"], ["harder"]]),
        ({"per_task": 1, "prefer": "shortest"}, [["b1"], ["a2"], ["harder"]]),
        ({"distinct": True}, [["a1", "a2"], ["b1", "b2"], ["harder"]]),
        ({"least_score": 0.5}, [["a1", "a2", "a1"], ["b1", "half", "b2"], ["harder"]]),
    ],
)
def test_right_answers_are_kept_as_many_of_a_task_and_those_that_are_asked_for(changes, expected):
    algorithm = learner(config(groups=1, group_size=1, **changes))
    algorithm.right = [one for one in SAMPLED if algorithm.is_right(one)]
    assert [[one.turns[-1].text for one in group] for group in algorithm.chosen()] == expected


def test_an_error_is_not_right():
    spoiled = answer("a", "a1")
    spoiled.turns[-1].info["verdict"] = Verdict(Status.ERROR).as_dict()
    assert not learner(config(groups=1, group_size=1)).is_right(spoiled)


def gradients(algorithm):
    """Where the next step's gradients will be."""
    kept = []
    algorithm.learner._forget_gradients = lambda: kept.append([one.grad.clone() for one in weights_of(algorithm)])
    return kept


def weights_of(algorithm):
    return list(algorithm.learner.model.parameters())


def test_its_gradient_is_that_of_supervised_learning_on_what_was_kept():
    """In float64 to 1e-9: whatever was sampled and not kept is in no numerator and in no denominator."""
    settings = config(mini_batches=1, group_size=64, max_new_tokens=3, optimizer=OptimizerConfig(max_grad_norm=1e9))
    algorithm = learner(settings, dtype=torch.float64, max_turns=2)
    for env in algorithm.envs:  # Answers of any length are right, so that means of means would differ.
        env.unwrapped.check = lambda task, action: Verdict(
            *((Status.CORRECT, 1.0) if "3" in action else (Status.WRONG,))
        )
    found = gradients(algorithm)
    metrics, groups = algorithm.step()
    kept = [one for group in groups for one in group if one.verdict["status"] == Status.CORRECT]
    assert 5 < metrics["kept"] == metrics["right"] == len(kept) < 320
    assert len({one.length for one in kept}) > 2 and len({len(one.turns) for one in kept}) == 2

    supervised = SFT(
        tiny_model(0, width=32, layers=1, heads=2, vocab_size=len(TOKENIZER), context=64).double(),
        TOKENIZER,
        None,
        SFTConfig(steps=1, batch_size=1, optimizer=settings.optimizer),
    )
    rows = Experience([[one] for one in kept]).rows()
    tokens = sum(row.count for row in rows)
    for row in rows:
        row.columns = {"weights": [1.0 / tokens] * row.count}
    expected = gradients(supervised)
    step = supervised.learner.step(rows, _loss)
    assert metrics["loss"] == pytest.approx(step["loss"], rel=1e-9)
    scale = max(float(one.abs().max()) for one in expected[0])
    for one, other in zip(found[0], expected[0], strict=True):
        assert float((one - other).abs().max()) <= 1e-9 * scale


def test_a_round_is_learned_at_its_end_as_one_batch_of_all_that_was_found():
    algorithm = learner(config(batches_per_round=2, mini_batches=1, per_task=3))
    before = weights(algorithm)
    first, groups = algorithm.step()
    assert "kept" not in first and "loss" not in first and same(weights(algorithm), before)
    found = [one for group in groups for one in group if one.verdict["status"] == Status.CORRECT]
    assert first["right"] == len(found) == len(algorithm.right) > 0
    second, more = algorithm.step()
    found += [one for group in more for one in group if one.verdict["status"] == Status.CORRECT]
    # There are ten digits, but a task is what has an id: each batch has its own.
    kept = [min(3, sum(one.task == task for one in found)) for task in {one.task for one in found}]
    assert (second["kept"], second["kept_tasks"]) == (sum(kept), len(kept))
    assert algorithm.learner.steps == 1 and algorithm.right == [] and not same(weights(algorithm), before)


def test_nothing_right_moves_nothing():
    algorithm = learner(config(restart=True))
    for env in algorithm.envs:
        env.unwrapped.check = lambda task, action: Verdict(Status.WRONG)
    algorithm.step()
    moved = weights(algorithm)
    with torch.no_grad():
        for parameter in algorithm.learner.model.parameters():
            parameter.add_(0.01)
    moved = weights(algorithm)
    metrics, _ = algorithm.step()
    assert (metrics["right"], metrics["kept"], metrics["kept_tasks"]) == (0.0, 0.0, 0.0)
    assert same(weights(algorithm), moved)


def test_with_restart_a_round_is_learned_from_the_base_weights_with_a_fresh_optimizer_and_schedule():
    settings = config(restart=True, epochs=2, mini_batches=2, optimizer=OptimizerConfig(lr=1e-2, warmup_steps=2))
    algorithm = learner(settings)
    base = weights(algorithm)
    first, _ = algorithm.step()
    assert not same(weights(algorithm), base)
    again = learner(settings)
    again.begin()
    again.step_count = 1
    second, groups = algorithm.step()
    again.learner.steps = 4
    repeated = again.train(Experience(groups))  # The same answers, learned by a policy that has learned nothing yet.
    assert same(weights(algorithm), weights(again))
    for name in ("loss", "grad_norm", "lr"):
        assert repeated[name] == second[name]
    assert first["lr"] == second["lr"]
    assert algorithm.learner.steps == 8 == 2 * settings.updates


@pytest.mark.parametrize(
    "changes",
    [
        {"batches_per_round": 2, "restart": True},
        {"hint": "{prompt}{reference}", "group_size": 4, "hint_answers": 2, "batches_per_round": 4},
        {"kl": KLConfig(coefficient=0.1), "per_task": 2},
    ],
)
def test_a_resumed_run_goes_on_bit_for_bit_also_within_a_round(changes, tmp_path):
    settings = config(**{"groups": 4, "group_size": 8, **changes})
    straight, again = learner(settings), learner(settings)
    expected = [numbers(straight.step()[0]) for _ in range(8)]
    first = [numbers(again.step()[0]) for _ in range(3)]
    path = save(tmp_path, "3", model=again.learner.model, tokenizer=TOKENIZER, state=again.state_dict())
    resumed = learner(settings)
    resumed.learner.model.load_state_dict(again.learner.model.state_dict())
    resumed.load_state_dict(load(path))
    assert first + [numbers(resumed.step()[0]) for _ in range(5)] == expected
    assert same(weights(resumed), weights(straight))


class Parrot:
    """Says the first token of the question, so that nothing is right but where the gold stands before it."""

    def __init__(self):
        self.prompts = []

    def act(self, conversations):
        answers = []
        for conversation in conversations:
            prompt = encode(TOKENIZER, conversation)
            self.prompts.append(prompt)
            said = TOKENIZER.decode(prompt[1])
            answers.append(Completion(said, token_ids=prompt[1:2], logprobs=[-9.0], prompt_ids=prompt))
        return answers


def rationalising():
    algorithm = learner(config(groups=4, group_size=2, mini_batches=1, hint=HINT))
    parrot = Parrot()
    parrot.generator = algorithm.agent.generator
    algorithm.agent = algorithm.batches.agent = parrot
    return algorithm, parrot


def test_unsolved_tasks_are_asked_again_with_the_gold_and_learned_without_it(monkeypatch):
    algorithm, parrot = rationalising()
    learned = []
    step = algorithm.learner.step
    monkeypatch.setattr(algorithm.learner, "step", lambda rows, *a, **k: learned.extend(rows) or step(rows, *a, **k))
    expected = learner(config(groups=4, group_size=2)).learner  # With the weights before the step.
    metrics, groups = algorithm.step()
    assert (metrics["right"], metrics["hinted_tasks"], metrics["hinted_right"], metrics["kept"]) == (0.0, 4.0, 4.0, 4.0)
    plain = [list(group[0].turns[0].prompt_ids) for group in groups]
    gold = [TOKENIZER.convert_tokens_to_ids(str((int(TOKENIZER.decode(ids[1])) + 1) % 10)) for ids in plain]
    assert parrot.prompts[8:] == [[ids[0], one, *ids[1:]] for ids, one in zip(plain, gold, strict=True)]
    assert [row.ids for row in learned] == [[*ids, one] for ids, one in zip(plain, gold, strict=True)]
    assert [row.mask for row in learned] == [[0] * len(ids) + [1] for ids in plain]
    # The sampler's log-probability, -9, was of another prompt: what stands there is the policy's, of this one.
    assert [row.columns["sampled"] for row in learned] == [one["logprobs"] for one in expected.score(learned)]
    assert [row.columns["old"] for row in learned] == [row.columns["sampled"] for row in learned]
    assert metrics["ratio_max"] == pytest.approx(1.0, abs=1e-5) and metrics["mismatch"] < 1e-5
    assert metrics["reward"] == 0.0


def test_solved_tasks_are_not_asked_again():
    algorithm, parrot = rationalising()
    for env in algorithm.envs[:2]:  # The first group's.
        env.unwrapped.check = lambda task, action: Verdict(Status.CORRECT, 1.0)
    metrics, _ = algorithm.step()
    assert (metrics["right"], metrics["hinted_tasks"]) == (2.0, 3.0)
    assert len(parrot.prompts) == 8 + 3


def test_hinted_answers_that_could_not_be_judged_are_counted_as_errors():
    algorithm, _ = rationalising()
    groups = algorithm.batches.next(policy_version=0, progress=0.0).groups
    algorithm.envs[0].unwrapped.broken = True  # It asks the first of the unsolved tasks again.
    assert len(algorithm.ask_with_hint(groups)) == 3
    assert algorithm.batches.errors.state_dict()["recent"].count(True) == 1


def test_a_task_that_is_another_one_by_now_is_left_alone():
    """As where a curriculum has moved on since the group was sampled."""
    algorithm, _ = rationalising()
    groups = algorithm.batches.next(policy_version=0, progress=0.0).groups
    assert len(algorithm.ask_with_hint(groups)) == 4
    groups[1] = [dataclasses.replace(one, task="another") for one in groups[1]]
    assert len(algorithm.ask_with_hint(groups)) == 3
    assert algorithm.ask_with_hint([]) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 5, "batches_per_round": 2}, "steps to be a multiple of batches_per_round 2, actually: 5"),
        ({"per_task": 0}, "expert_iteration.per_task to be at least 1, actually: 0"),
        ({"least_score": 0.0}, "expert_iteration.least_score to be above 0 and at most 1, actually: 0.0"),
        ({"hint": "The answer is {reference}."}, r"Expected a hint with a place for \{prompt\}"),
        ({"hint": HINT, "hint_answers": 17}, "hint_answers to be at most group_size 16, actually: 17"),
        ({"hint": HINT, "data": DataConfig()}, "skip_flat_groups leaves them out. Set it to false"),
        ({"kl": KLConfig(coefficient=0.1, where="reward")}, 'set expert_iteration.kl.where to "loss"'),
        ({"group_size": 0}, "expert_iteration.group_size to be at least 1"),
        ({"entropy": EntropyConfig(covariance="kl")}, "entropy.covariance to be 'none', actually: 'kl'"),
        ({"off_policy": OffPolicyConfig(opsm_delta=0.1)}, "off_policy.opsm_delta to be None, actually: 0.1"),
    ],
)
def test_what_could_not_train_is_refused_early(changes, message):
    with pytest.raises(ValueError, match=message):
        config(**changes)


@pytest.mark.parametrize("steps", [2, 5, 6])
def test_a_whole_run_from_traces_over_rounds_resumes_to_the_same_numbers(tmp_path, steps):
    traces = tmp_path / "taught.jsonl"
    distil(ScriptedAgent("oracle"), "tests.toys:toy/Successor-v0", {}, traces, tasks=20)
    run_config = TrainConfig(
        threads=1,
        env=EnvConfig("tests.toys:toy/Successor-v0", kwargs={}, held_out={}),
        policy=PolicyConfig(width=32, layers=1),
        cold_start=ColdStartConfig(traces=str(traces), sft=SFTConfig(steps=3, batch_size=8)),
        algorithm="expert_iteration",
        expert_iteration=ExpertIterationConfig(
            steps=4, groups=3, group_size=4, max_new_tokens=2, batches_per_round=2, restart=True, hint=HINT
        ),
        evaluation=EvaluationConfig(episodes=8, every=2),
    )
    check(run_config)
    straight, broken = (Run.create(tmp_path / name, run_config) for name in ("straight", "broken"))
    assert train(run_config, straight)
    stops = iter(range(1, steps + 1))
    assert not train(run_config, broken, stop=lambda: next(stops) == steps)
    if steps > 3:
        traces.unlink()  # After the cold start nobody reads them.
    assert train(run_config, broken, resume_from=latest(broken.checkpoints))
    assert [numbers(line) for line in broken.metrics()] == [numbers(line) for line in straight.metrics()]
    learned = [line for line in straight.metrics() if line["phase"] == "expert_iteration"]
    assert [("kept" in line) for line in learned] == [False, True, False, True]


def test_a_group_of_one_is_enough():
    assert learner(config(group_size=1, groups=16)).step()[0]["trained_groups"] == 16.0
