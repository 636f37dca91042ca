import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import EntropyCoefficient, EntropyConfig

CONFIG = EntropyConfig(adaptive=True, target=0.2, delta=0.005)


def test_skywork_or1_by_hand():
    """c starts at 0 and is paid only at or below the target."""
    coefficient = EntropyCoefficient(CONFIG)
    used = [coefficient.step(entropy) for entropy in (0.1, 0.1, 0.2, 0.3, 0.1, 0.5)]
    assert used == pytest.approx([0.0, 0.005, 0.010, 0.0, 0.010, 0.0])
    assert coefficient.value == pytest.approx(0.010)


@given(st.lists(st.floats(0.0, 1.0), max_size=60), st.floats(0.0, 0.05), st.floats(0.05, 0.3))
def test_the_coefficient_stays_within_its_bounds(entropies, start, maximum):
    config = EntropyConfig(adaptive=True, coefficient=start, delta=0.02, maximum=maximum)
    coefficient = EntropyCoefficient(config)
    for entropy in entropies:
        before = coefficient.value
        assert coefficient.step(entropy) == (before if entropy <= config.target else 0.0)
        assert 0.0 <= coefficient.value <= maximum
        assert (coefficient.value >= before) if entropy <= config.target else (coefficient.value <= before)


def test_without_adaptation_the_coefficient_is_constant():
    coefficient = EntropyCoefficient(EntropyConfig(coefficient=0.01))
    assert [coefficient.step(entropy) for entropy in (0.0, 9.0)] == [0.01, 0.01]


def test_a_resumed_coefficient_goes_on_where_it_stood():
    first, second = EntropyCoefficient(CONFIG), EntropyCoefficient(CONFIG)
    first.step(0.1)
    second.load_state_dict(first.state_dict())
    assert first.step(0.1) == second.step(0.1) == 0.005
