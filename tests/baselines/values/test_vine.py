"""VinePPO's values: where steps begin, what comes of the states there, and what is learned from it."""

import itertools
from collections import Counter
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.agents.conversation import encode
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.experience import Experience, Played
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.learner.sequences import from_episode
from rlvr.baselines.losses import KLConfig
from rlvr.baselines.ppo import PPO, PPOConfig
from rlvr.baselines.rollout import collect, make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.values.continuations import State, continuations
from rlvr.baselines.values.critic import CriticConfig
from rlvr.baselines.values.reasoning_steps import step_ends
from rlvr.baselines.values.vine import Vine, VineConfig
from rlvr.core import Completion, FinishReason, Status, Verdict
from rlvr.wrappers.curriculum import Curriculum
from rlvr.wrappers.length_group import KimiLength
from tests.baselines.planted import episode, turn
from tests.chat_templates import merging
from tests.toys import Successor

TOKENIZER = tiny_tokenizer()


def spell(text):
    return TOKENIZER.convert_tokens_to_ids(list(text))


class Saying:
    """Goes on from a prompt and the beginning of an answer with the next of given texts, round and round."""

    def __init__(self, texts):
        self.texts = texts
        self.asked = Counter()
        self.added = []

    def begin(self, conversations):
        return [
            Completion("", token_ids=(), logprobs=(), prompt_ids=encode(TOKENIZER, conversation))
            for conversation in conversations
        ]

    def complete(self, begun, *, max_new_tokens=None):
        return [self._complete(one, max_new_tokens) for one in begun]

    def act(self, conversations):
        return self.complete(self.begin(conversations))

    def _complete(self, begun, most):
        key = (TOKENIZER.decode(begun.prompt_ids), TOKENIZER.decode(begun.token_ids) if begun.token_ids else "")
        texts = self.texts(*key)
        text = texts[self.asked[key] % len(texts)]
        self.asked[key] += 1
        added = [*spell(text), TOKENIZER.eos_token_id][:most]
        stopped = added[-1] == TOKENIZER.eos_token_id
        ids = [*begun.token_ids, *added]
        self.added.append(len(added))
        return Completion(
            TOKENIZER.decode(ids[:-1] if stopped else ids),
            token_ids=ids,
            logprobs=[*begun.logprobs, *[-1.0] * len(added)],
            prompt_ids=begun.prompt_ids,
            finish_reason=FinishReason.STOP if stopped else FinishReason.LENGTH,
        )


class LastLine(Successor):
    """The last line of the answer counts. `pays` is paid for each answer that is not the last."""

    def __init__(self, *, pays=0.0, **options):
        super().__init__(**options)
        self.pays = pays
        self.failing = lambda action: False

    def check(self, task, action):
        if self.failing(action):
            return Verdict(Status.ERROR, reason="planted")
        return super().check(task, action.split("\n")[-1])

    def feedback(self, task, verdict):
        return f"No {self.turn}."

    def conclude(self, action, verdict):
        observation, reward, terminated, truncated, info = super().conclude(action, verdict)
        if not (terminated or truncated):
            reward = info["reward_terms"]["correct"] = self.pays
        return observation, reward, terminated, truncated, info


def digit():
    """The right answer to episode 0 of seed 0."""
    env = Successor()
    env.reset(seed=0)
    return env.task.reference


RIGHT = digit()


def played(envs, texts, size=None):
    [group] = collect(envs, Saying(texts), seed=0, group_size=size or len(envs))
    return Experience([group])


def estimated(envs, experience, texts, **settings):
    """What is asked of the sampler, and the metrics; advantages are not whitened."""
    agent = Saying(texts)
    valued = Vine(VineConfig(**settings), envs, agent, TOKENIZER)
    return agent, valued.estimate(experience, whitened=False)


def advantages(one):
    """Of each token, as runs of equal numbers: (tokens, advantage)."""
    return [(len(list(run)), value) for value, run in itertools.groupby(one.column("advantages"))]


# Where steps begin.


@pytest.mark.parametrize(
    ("text", "separator", "steps"),
    [
        ("ab\ncd\ne", "\n", ["ab\n", "cd\n", "e"]),
        ("ab", "\n", ["ab"]),
        ("", "\n", []),
        ("ab\n", "\n", ["ab\n"]),  # Nothing comes after it.
        ("ab\n\n  ", "\n", ["ab\n\n  "]),
        ("\n\nab\n\n cd", "\n", ["\n\nab\n", "\n cd"]),  # Empty lines are no steps.
        ("ab\ncd\n\ne", "\n\n", ["ab\ncd\n\n", "e"]),
        ("1. a 2. b 3. c", ". ", ["1. ", "a 2. ", "b 3. ", "c"]),
    ],
)
def test_a_step_ends_with_the_token_that_completes_the_separator(text, separator, steps):
    ids = spell(text)
    edges = [0, *step_ends(ids, TOKENIZER, separator), len(ids)]
    found = [TOKENIZER.decode(ids[start:end]) for start, end in itertools.pairwise(edges) if end > start]
    assert found == steps


@given(st.text(alphabet="ab .\n", max_size=40), st.sampled_from(["\n", "\n\n", ". ", "ab", "a\n"]))
def test_steps_are_those_found_token_by_token_where_tokens_are_longer_than_the_separator(text, separator):
    tokenizer = merging("chatml")
    ids = tokenizer.encode(text, add_special_tokens=False)
    ends, start = [], 0
    for end in range(1, len(ids) + 1):
        if separator in tokenizer.decode(ids[start:end]).lstrip():
            ends.append(end)
            start = end
    if not tokenizer.decode(ids[start:]).strip():
        ends = ends[:-1]
    assert step_ends(ids, tokenizer, separator) == ends


def steps_of(one, **settings):
    whole = Played(one, tuple(from_episode(one)))
    found = Vine(VineConfig(**settings), [], Saying(None), TOKENIZER).steps(whole)
    return [(step.start, step.state.turn, step.state.tokens) for step in found]


def test_steps_begin_with_every_answer_and_inside_it_and_a_bare_end_of_turn_is_none():
    end = [TOKENIZER.eos_token_id]
    one = episode(turn([1, 2], spell("ab\ncd") + end), turn([1, 2, 3], spell("e\n") + end), turn([1], spell("f") + end))
    assert steps_of(one, boundaries="turn") == [(0, 0, 0), (6, 1, 0), (9, 2, 0)]
    assert steps_of(one) == [(0, 0, 0), (3, 0, 3), (6, 1, 0), (9, 2, 0)]


def test_a_turn_without_tokens_begins_no_step_but_an_episode_does():
    one = episode(turn([1, 2], []), turn([1, 2], spell("ab")), turn([1], []), turn([1], spell("c")))
    assert steps_of(one) == [(0, 0, 0), (2, 3, 0)]


# Values and advantages, by hand.


def thinking(prompt, said):
    """Right in one of four from the beginning, in three of four after the thought `so`, and never after `no`."""
    if said == "":
        return [f"so\n{RIGHT}", "no\nx", "x", "x"]
    return {"so\n": [RIGHT, "x", RIGHT, RIGHT], "no\n": ["x"]}[said]


def test_advantages_of_steps_inside_an_answer_are_differences_of_mean_rewards():
    envs = [LastLine() for _ in range(4)]
    experience = played(envs, thinking)
    agent, metrics = estimated(envs, experience, thinking, samples=4)
    right, wrong, *direct = experience.trained
    # V of the beginning 1/4, after `so` 3/4, after `no` 0; the end of turn belongs to the last step.
    assert advantages(right) == [(3, 0.5), (2, 0.25)]
    assert advantages(wrong) == [(3, -0.25), (2, 0.0)]
    assert [advantages(one) for one in direct] == [[(2, -0.25)]] * 2
    # The first state is the same for the four of them, and is asked once.
    asked = f"<|user|>{(int(RIGHT) - 1) % 10}<|end|><|assistant|>"
    assert agent.asked == {(asked, ""): 4, (asked, "so\n"): 4, (asked, "no\n"): 4}
    assert metrics["vine_states"] == 3.0 and metrics["vine_steps"] == 1.5
    assert metrics["vine_tokens"] == sum(agent.added) == 5 + 5 + 2 + 2 + 8 + 8
    values = [1 / 4] * 3 + [3 / 4] * 2 + [1 / 4] * 3 + [0] * 2 + [1 / 4] * 4
    assert metrics["value"] == pytest.approx(sum(values) / len(values), abs=1e-12)
    assert metrics["vine_errors"] == metrics["vine_unreached"] == metrics["vine_groups_left_out"] == 0.0


def test_whole_answers_are_compared_with_the_value_of_the_question():
    envs = [LastLine() for _ in range(4)]
    experience = played(envs, thinking)
    agent, _ = estimated(envs, experience, thinking, samples=8, boundaries="turn")
    assert [advantages(one)[0][1] for one in experience.trained] == [0.75, -0.25, -0.25, -0.25]
    assert sum(agent.asked.values()) == 8


def test_two_processes_value_every_other_state_and_agree():
    def shared(rank, others):
        """A process of two; `others` has the outcomes of the other one, or gets this one's."""

        def in_turn(mine):
            if not others:
                others.extend(mine)
                raise InterruptedError
            pairs = itertools.zip_longest(*((mine, others) if rank == 0 else (others, mine)))
            return [one for pair in pairs for one in pair if one is not None]

        envs = [LastLine() for _ in range(4)]
        experience = played(envs, thinking)
        world = SimpleNamespace(rank=rank, size=2, in_turn=in_turn)
        Vine(VineConfig(samples=4), envs, Saying(thinking), TOKENIZER, world=world).estimate(experience, whitened=False)
        return [advantages(one) for one in experience.trained]

    outcomes = []
    with pytest.raises(InterruptedError):
        shared(1, outcomes)
    assert len(outcomes) == 1  # of three states
    assert shared(0, outcomes) == [[(3, 0.5), (2, 0.25)], [(3, -0.25), (2, 0.0)], *[[(2, -0.25)]] * 2]


def retrying(prompt, said):
    """First wrong; then right in one of two if it was told `No 1.`."""
    return [RIGHT, "x"] if "No 1." in prompt else ["x"]


def test_a_turn_is_worth_what_the_next_one_is_and_what_it_pays():
    envs = [LastLine(max_turns=2, pays=0.125) for _ in range(2)]
    experience = played(envs, retrying)
    agent, _ = estimated(envs, experience, retrying, samples=2)
    # V_0 = 1/8 + 1/2 and V_1 = 1/2: the first turn is as good as it could be, the second right or wrong.
    assert [advantages(one) for one in experience.trained] == [[(2, 0.0), (2, 0.5)], [(2, 0.0), (2, -0.5)]]
    assert len(agent.asked) == 2


def test_what_was_said_before_tells_states_apart_also_where_the_prompt_is_the_same():
    class Forgetful(LastLine):
        def feedback(self, task, verdict):
            return "Again."

    def texts(prompt, said):
        return ["a", "b"] if "Again." not in prompt else ["x"]

    envs = [Forgetful(max_turns=2) for _ in range(2)]
    experience = played(envs, texts)
    _, metrics = estimated(envs, experience, texts, samples=1)
    assert metrics["vine_states"] == 3.0


@pytest.mark.parametrize("boundaries", ["turn", "step"])
def test_advantages_of_steps_sum_to_the_return_less_the_value_of_the_beginning(boundaries):
    ppo = successor(
        settings(vine=VineConfig(samples=2, boundaries=boundaries, separator="1"), max_new_tokens=6, whiten=False),
        max_turns=3,
    )
    seen = []
    learn = ppo.learn
    ppo.learn = lambda experience: seen.append(experience) or learn(experience)
    ppo.step()
    beginnings = {}
    steps = 0
    for one in seen[0].trained:
        found = list(ppo.vine.steps(one))
        steps += len(found)
        total = sum(one.column("advantages")[step.start] for step in found)
        # All members of a group have the same first state.
        beginnings.setdefault(found[0].key, set()).add(round(one.total - total, 9))
    assert all(len(values) == 1 and values <= {0.0, 0.5, 1.0} for values in beginnings.values())
    assert len(beginnings) == 4 and steps > 32


def test_a_continuation_has_the_tokens_that_the_policy_would_have_had_or_fewer():
    envs = [LastLine()]
    experience = played(envs, lambda *_: [f"so\n{RIGHT}"])
    _, metrics = estimated(envs, experience, lambda *_: [f"o\n{RIGHT}"], samples=1, max_new_tokens=2)
    assert metrics["vine_tokens"] == 4.0
    assert metrics["value"] == 0.0  # cut before the answer stood


# What goes wrong.


def test_a_continuation_whose_verifier_failed_is_left_out_of_the_mean():
    envs = [LastLine()]
    experience = played(envs, lambda *_: [RIGHT])
    envs[0].failing = lambda action: action == "boom"
    _, metrics = estimated(envs, experience, lambda *_: [RIGHT, "boom", "x", "boom"], samples=4)
    assert advantages(experience.trained[0]) == [(2, 0.5)]
    assert metrics["vine_errors"] == 2.0


def test_a_state_without_a_judged_continuation_takes_its_group_out_and_is_counted():
    envs = [LastLine(), LastLine()]
    groups = collect(envs, Saying(thinking), seed=0, numbers=[(0, 0), (1, 0)])
    experience = Experience(groups)
    for env in envs:
        env.failing = lambda action: action.startswith("no")
    _, metrics = estimated(envs, experience, thinking, samples=4)
    assert (metrics["vine_groups_left_out"], metrics["trained_groups"], metrics["vine_errors"]) == (1.0, 1.0, 5.0)
    assert experience.groups == [groups[0]]
    # Of the beginning's four, the one that failed is not counted.
    assert advantages(experience.trained[0]) == [(3, 0.75 - 1 / 3), (2, 0.25)]


@pytest.mark.parametrize("change", ["reply", "reward", "error"])
def test_a_state_that_cannot_be_reached_again_begins_no_step(change):
    """The second reply, or what the second answer pays, or whether it can be judged, is not what it was."""

    def texts(prompt, said):
        return [RIGHT] if "No 2." in prompt else ["x"]

    env = LastLine(max_turns=3)
    experience = played([env], texts)
    if change == "reply":
        env.feedback = lambda task, verdict: "No 1." if env.turn == 1 else "Never."
    elif change == "reward":
        conclude = env.conclude
        env.conclude = lambda *given: (lambda all: (all[0], all[1] + 0.5 * (env.turn == 2), *all[2:]))(conclude(*given))
    else:
        env.failing = lambda action: env.turn == 1 and action == "x"
    _, metrics = estimated([env], experience, lambda prompt, said: ["y"], samples=1)
    assert (metrics["vine_unreached"], metrics["trained_groups"]) == (1.0, 1.0)
    [one] = experience.trained
    paid = 0.5 * (change == "reward")
    # What the policy says now is wrong: V_0 = V_1 = 0, or what the second turn pays. The last two turns are one step.
    assert advantages(one) == [(2, 0.0), (4, 1.0 - paid)]


def test_an_episode_that_cannot_be_begun_again_takes_its_group_out():
    envs = [LastLine()]
    experience = played(envs, lambda *_: [RIGHT])
    envs[0].draw_task = lambda seed, number: Successor().draw_task(seed + 1, number)
    _, metrics = estimated(envs, experience, lambda *_: [RIGHT], samples=3)
    assert (metrics["vine_unreached"], metrics["vine_groups_left_out"]) == (1.0, 1.0)
    assert experience.trained == [] and metrics["trained_groups"] == 0.0


def test_a_curriculum_goes_back_to_the_level_that_an_episode_was_asked_at():
    [env] = make_envs("tests.toys:toy/Successor-v0", {}, 1)
    env = Curriculum(env, levels=[{"broken": False}, {"broken": True}])
    env.set_level(0)
    experience = played([env], lambda *_: [RIGHT])
    env.set_level(1)
    [[outcome]] = continuations([env], Saying(lambda *_: [RIGHT]), [State(experience.groups[0][0], 0)], samples=1)
    assert outcome.reached and outcome.reward == 1.0


def test_terms_that_wait_for_the_group_are_refused():
    [env] = make_envs("tests.toys:toy/Successor-v0", {}, 1)
    with pytest.raises(ValueError, match="compares the members of a group"):
        Vine(VineConfig(), [KimiLength(env)], Saying(None), TOKENIZER)


# PPO with these values.

DIGITS = tiny_tokenizer("0123456789")


def settings(**changes):
    given = {
        "steps": 40,
        "groups": 4,
        "group_size": 8,
        "mini_batches": 1,
        "max_new_tokens": 1,
        "optimizer": OptimizerConfig(lr=1e-2),
        "values": "vine",
        "vine": VineConfig(samples=4),
    }
    return PPOConfig(**{**given, **changes})


def successor(config, seed=0, **kwargs):
    model = tiny_model(seed, width=32, layers=1, heads=2, vocab_size=len(DIGITS), context=64)
    envs = make_envs("tests.toys:toy/Successor-v0", kwargs, config.groups * config.group_size)
    return PPO(model, DIGITS, envs, config, seed=seed)


def test_a_policy_learns_without_a_critic():
    ppo = successor(settings(groups=10, group_size=16))
    rewards = [ppo.step()[0]["reward"] for _ in range(40)]
    assert ppo.critic is None
    assert sum(rewards[:2]) / 2 <= 0.2
    assert sum(rewards[-5:]) / 5 >= 0.4


def test_a_resumed_run_gives_the_same_numbers():
    few = settings(steps=4, vine=VineConfig(samples=2, separator="1"), max_new_tokens=4)

    def numbers(ppo, steps):
        lines = [ppo.step()[0] for _ in range(steps)]
        return [{name: one for name, one in line.items() if "second" not in name} for line in lines]

    straight, again = successor(few, max_turns=2), successor(few, max_turns=2)
    expected = numbers(straight, 4)
    first = numbers(again, 2)
    resumed = successor(few, max_turns=2)
    resumed.agent.model.load_state_dict(again.agent.model.state_dict())
    resumed.load_state_dict(again.state_dict())
    assert first + numbers(resumed, 2) == expected
    assert all(line["vine_states"] > 4 for line in expected)


def test_a_step_whose_groups_are_all_left_out_learns_nothing():
    ppo = successor(settings(groups=1, group_size=2))
    sample = ppo.batches.next

    def then_break(**options):
        batch = sample(**options)
        for env in ppo.envs:
            env.unwrapped.broken = True
        return batch

    ppo.batches.next = then_break
    before = [parameter.clone() for parameter in ppo.agent.model.parameters()]
    metrics, _ = ppo.step()
    assert (metrics["trained_groups"], metrics["vine_errors"]) == (0.0, 4.0)
    assert all(torch.equal(a, b) for a, b in zip(before, ppo.agent.model.parameters(), strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gamma": 0.9}, "ppo.gamma to be 1.0"),
        ({"gae_lambda": None}, "ppo.gae_lambda to be 1.0 .* actually: None"),
        ({"critic": CriticConfig(pretrain_steps=2)}, "critic.pretrain_steps is 2, .* there is no critic"),
        ({"critic": CriticConfig(trunk="policy")}, "critic.trunk is 'policy'"),
        ({"kl": KLConfig(coefficient=0.1, where="reward")}, 'Set ppo.kl.where to "loss"'),
        ({"data": DataConfig(skip_flat_groups=False, lag=1)}, "ppo.data.lag to be 0"),
    ],
)
def test_settings_that_mean_nothing_without_a_critic_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        settings(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": 0}, "vine.samples to be at least 1"),
        ({"separator": ""}, 'Set vine.boundaries to "turn"'),
        ({"max_new_tokens": 0}, "vine.max_new_tokens to be at least 1"),
    ],
)
def test_values_of_nothing_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        VineConfig(**changes)
