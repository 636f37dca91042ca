import pytest
import torch

from rlvr.baselines.learner.randomness import seeded

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"))]


@pytest.mark.parametrize("name", DEVICES)
def test_numbers_come_from_the_seed_and_the_global_state_is_as_it_was(name):
    device = torch.device(name)
    state = torch.cuda.get_rng_state if name == "cuda" else torch.get_rng_state
    before = state(), torch.get_rng_state()
    drawn = []
    for seed in (3, 3, 4):
        with seeded(seed, device):
            drawn.append(torch.rand(5, device=device).tolist())
    assert drawn[0] == drawn[1] != drawn[2]
    with pytest.raises(RuntimeError), seeded(3, device):
        torch.rand(5, device=device)
        raise RuntimeError
    assert torch.equal(state(), before[0]) and torch.equal(torch.get_rng_state(), before[1])
