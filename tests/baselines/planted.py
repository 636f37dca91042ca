"""Planted episodes: what a batch would hold, without a model."""

from rlvr.core import Episode, Status, Turn


def turn(prompt, sampled, *, reward=0.0, logprobs=None, status=Status.PENDING, masked=False, text="x"):
    info = {
        "verdict": {"status": status, "score": float(status is Status.CORRECT)},
        "reward_terms": {"correct": reward},
    }
    return Turn(
        prompt_ids=tuple(prompt),
        output_ids=tuple(sampled),
        output_logprobs=tuple(logprobs if logprobs is not None else [-0.5] * len(sampled)),
        output_mask=(1,) * len(sampled),
        reward=reward,
        info={**info, "masked": True} if masked else info,
        text=text,
        finish_reason="stop",
    )


def episode(*turns, group=(0, 0)):
    return Episode(
        task="t", group=group, turns=turns, terminated=True, truncated=False, policy_version=0, messages=(), seed=0
    )


def answer(length, reward, *, masked=False, logprobs=None, group=(0, 0)):
    """An episode of one turn: a prompt of two ids, then `length` sampled ones."""
    status = Status.CORRECT if reward > 0 else Status.WRONG
    sampled = [3 + i % 5 for i in range(length)]
    return episode(turn([1, 2], sampled, reward=reward, logprobs=logprobs, status=status, masked=masked), group=group)
