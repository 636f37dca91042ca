import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import dro, kimi
from tests.baselines.losses.tokens import Tokens, check, numeric_gradient, tokens

TAUS = st.sampled_from([0.0, 0.1, 2.0])


@given(tokens(), TAUS)
def test_kimi_gives_each_token_its_share_of_the_squared_log_ratio(data: Tokens, tau):
    logprobs, old, advantages = data.tensors()
    values, clipped = kimi(logprobs, old, advantages, *data.rows(), tau=tau)
    expected = []
    for row, new, before, advantage in zip(data.sequence, data.logprobs, data.old, data.advantages, strict=True):
        total = sum((data.logprobs - data.old)[data.sequence == row])
        expected.append((-advantage * new + 0.5 * tau * total * (new - before), -advantage + tau * total))
    check(values, logprobs, expected, data.weights)
    assert not clipped.any()


@given(tokens(spread=0.5, constant_advantages=True), TAUS)
def test_kimi_sums_to_the_papers_surrogate(data: Tokens, tau):
    """Equation 3: its gradient is that of the sum over samples of A log p(y) - tau / 2 (log p(y) / p_old(y))**2."""
    logprobs, old, advantages = data.tensors()
    total = kimi(logprobs, old, advantages, *data.rows(), tau=tau).values.sum()
    total.backward()

    def surrogate(new: np.ndarray) -> float:
        result = 0.0
        for row in range(data.count):
            mine = data.sequence == row
            if mine.any():
                result -= data.advantages[mine][0] * new[mine].sum()
                result += 0.5 * tau * (new[mine].sum() - data.old[mine].sum()) ** 2
        return result

    np.testing.assert_allclose(total.item(), surrogate(data.logprobs), rtol=1e-9, atol=1e-9)
    # Of a polynomial of degree two, central differences are exact up to rounding.
    np.testing.assert_allclose(logprobs.grad.numpy(), numeric_gradient(surrogate, data.logprobs), rtol=1e-6, atol=1e-7)


@given(tokens(), TAUS)
def test_dro_matches_the_formula(data: Tokens, tau):
    logprobs, old, advantages = data.tensors()
    values, clipped = dro(logprobs, old, advantages, tau=tau)
    expected = [
        (-(new * advantage - 0.5 * tau * (new - before) ** 2), -(advantage - tau * (new - before)))
        for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True)
    ]
    check(values, logprobs, expected, data.weights)
    assert not clipped.any()


def test_kimi_and_dro_are_one_for_sequences_of_one_token():
    logprobs, old = torch.tensor([-1.0, -2.0]), torch.tensor([-1.5, -1.0])
    advantages = torch.tensor([1.0, -0.5])
    one = kimi(logprobs, old, advantages, torch.tensor([0, 1]), 2, tau=0.3).values
    torch.testing.assert_close(one, dro(logprobs, old, advantages, tau=0.3).values)
