import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.advantages import penalise_kl, place_rewards

MASK = torch.tensor([[0, 1, 1, 0, 1, 0, 0], [1, 1, 1, 0, 0, 0, 0]])


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def test_the_reward_of_a_row_lies_on_its_last_sampled_token():
    # The first row ends with tokens of the environment; on the last one the reward would be lost.
    placed = place_rewards(tensor([2.0, 3.0]), MASK)
    assert placed.tolist() == [[0, 0, 0, 0, 2, 0, 0], [0, 0, 3, 0, 0, 0, 0]]


def test_the_reward_of_a_turn_lies_on_the_last_token_sampled_in_it():
    turns = torch.tensor([[0, 0, 0, 0, 1, 1, 1], [0, 0, 1, 9, 9, 9, 9]])
    placed = place_rewards(tensor([[2.0, 3.0], [5.0, 7.0]]), MASK, turns)
    assert placed.tolist() == [[0, 0, 2, 0, 3, 0, 0], [0, 5, 7, 0, 0, 0, 0]]


def test_a_turn_without_sampled_tokens_pays_the_token_before():
    turns = torch.tensor([[0, 0, 0, 0, 3, 0, 0]])
    placed = place_rewards(tensor([[1.0, 2.0, 4.0, 8.0, 16.0]]), MASK[:1], turns)
    assert placed.tolist() == [[0, 0, 7, 0, 24, 0, 0]]


def test_a_turn_before_the_first_sampled_token_pays_that_token():
    turns = torch.tensor([[0, 2, 2, 0, 2, 0, 0]])
    assert place_rewards(tensor([[1.0, 2.0, 4.0]]), MASK[:1], turns).tolist() == [[0, 3, 0, 0, 4, 0, 0]]


def test_a_row_without_rewards_needs_no_sampled_token():
    assert place_rewards(tensor([0.0]), torch.zeros(1, 3)).tolist() == [[0.0] * 3]
    assert place_rewards(tensor([0.0]), torch.zeros(1, 0)).shape == (1, 0)


@pytest.mark.parametrize("width", [0, 3])
def test_a_reward_in_a_row_without_sampled_tokens_is_refused(width):
    with pytest.raises(ValueError, match="in every row with a reward, actually: none in row 1"):
        place_rewards(tensor([0.0, 1.0]), torch.zeros(2, width))


@pytest.mark.parametrize(
    ("rewards", "turns", "message"),
    [
        (torch.zeros(2, 2), None, r"\[rows, turns\] with turns \[rows, tokens\], actually: \(2, 2\) with turns None"),
        (torch.zeros(2), torch.zeros(2, 7, dtype=torch.long), r"actually: \(2,\) with turns \(2, 7\)"),
        (torch.zeros(3), None, "rewards of 2 rows, as mask, actually: 3"),
        (torch.zeros(2, 2), torch.zeros(2, 6, dtype=torch.long), r"turns of the shape of mask, \(2, 7\)"),
        (torch.zeros(2, 2), torch.zeros(2, 7), "turns as integers, actually: torch.float32"),
        (torch.zeros(2, 2), torch.full((2, 7), 2), r"turns in 0\.\.1, .* actually: 2\.\.2"),
        (torch.zeros(2, 2), torch.full((2, 7), -1), r"turns in 0\.\.1, .* actually: -1\.\.-1"),
        (torch.zeros(2, 2), torch.tensor([[1] * 4 + [0] * 3] * 2), "never fall"),
        (torch.tensor([0.0, math.inf]), None, "rewards to be finite, actually: inf"),
    ],
)
def test_rewards_and_turns_that_do_not_fit_are_refused(rewards, turns, message):
    with pytest.raises(ValueError, match=message):
        place_rewards(rewards, MASK, turns)


@pytest.mark.parametrize(
    ("mask", "message"),
    [(torch.ones(7), r"mask \[rows, tokens\], actually: \(7,\)"), (2 * MASK, "0 and 1, actually: 2 among them")],
)
def test_a_mask_that_is_none_is_refused(mask, message):
    with pytest.raises(ValueError, match=message):
        place_rewards(tensor([1.0, 1.0]), mask)


@st.composite
def conversations(draw):
    """A row of turns, in which the environment's tokens stand anywhere; its mask, turns, and a reward for each turn."""
    mask, turns = [], []
    count = draw(st.integers(1, 4))
    for turn in range(count):
        tokens = draw(st.lists(st.booleans(), max_size=4))
        mask += tokens
        turns += [turn] * len(tokens)
    if not any(mask):
        mask, turns = [*mask, True], [*turns, count - 1]
    return mask, turns, draw(st.lists(st.integers(-9, 9), min_size=count, max_size=count))


@given(conversations())
def test_no_reward_is_lost_and_none_lies_on_a_masked_token(conversation):
    mask, turns, rewards = conversation
    placed = place_rewards(tensor([rewards]), torch.tensor([mask]), torch.tensor([turns]))
    assert placed.sum().item() == sum(rewards)
    assert not placed[0][~torch.tensor(mask)].any()


@given(conversations())
def test_a_turn_with_sampled_tokens_is_paid_on_its_own_last_one(conversation):
    mask, turns, rewards = conversation
    for turn in range(len(rewards)):
        alone = tensor([[float(reward) if t == turn else 0.0 for t, reward in enumerate(rewards)]])
        placed = place_rewards(alone, torch.tensor([mask]), torch.tensor([turns]))[0].tolist()
        own = [i for i, (sampled, t) in enumerate(zip(mask, turns, strict=True)) if sampled and t == turn]
        if own:
            assert placed[own[-1]] == rewards[turn]


@given(conversations())
def test_rewards_may_be_placed_in_a_batch(conversation):
    mask, turns, rewards = conversation
    batch = [torch.tensor([one, one]) for one in (mask, turns)]
    placed = place_rewards(tensor([rewards, rewards]), *batch)
    alone = place_rewards(tensor([rewards]), torch.tensor([mask]), torch.tensor([turns]))
    assert torch.equal(placed, alone.expand(2, -1))


def test_the_kl_penalty_falls_on_every_sampled_token():
    rewards, kl = tensor([[0.0, 0.0, 1.0, 0.0]]), tensor([[0.5, 9.0, -0.25, 9.0]])
    penalised = penalise_kl(rewards, kl, torch.tensor([[1, 0, 1, 0]]), coefficient=0.1)
    assert penalised[0].tolist() == pytest.approx([-0.05, 0.0, 1.025, 0.0], rel=1e-9)


def test_what_stands_at_a_masked_token_is_not_read():
    kl = tensor([[0.5, math.nan, 0.5]])
    assert penalise_kl(torch.zeros(1, 3), kl, torch.tensor([[1, 0, 1]]), coefficient=1.0).tolist() == [
        [-0.5, 0.0, -0.5]
    ]


@pytest.mark.parametrize(
    ("rewards", "kl", "coefficient", "message"),
    [
        ([[0.0, 1.0]], [[0.0, 0.0]], 0.1, r"place_rewards.* actually: 1\.0 on token 1 of row 0"),
        ([[1.0, 0.0]], [[math.nan, 0.0]], 0.1, "kl to be finite, actually: nan"),
        ([[1.0, 0.0]], [[0.0]], 0.1, r"kl of the shape of mask, \(1, 2\), actually: \(1, 1\)"),
        ([[1.0]], [[0.0, 0.0]], 0.1, r"rewards of the shape of mask, \(1, 2\), actually: \(1, 1\)"),
        ([[1.0, 0.0]], [[0.0, 0.0]], -0.1, "coefficient to be at least 0, actually: -0.1"),
    ],
)
def test_penalties_that_do_not_fit_are_refused(rewards, kl, coefficient, message):
    with pytest.raises(ValueError, match=message):
        penalise_kl(tensor(rewards), tensor(kl), torch.tensor([[1, 0]]), coefficient=coefficient)
