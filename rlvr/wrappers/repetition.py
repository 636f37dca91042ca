"""Terms against saying the same over and over.

- `Repetition`: a penalty for n-grams that come again.
- `repeated_positions(tokens, n)`: which tokens lie in one, for learners that pay each token on its own.
- `distinct_share(tokens, n)`: the share of n-grams that are distinct.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt

from rlvr.core import Completion, Observation
from rlvr.registry.names import unknown
from rlvr.wrappers.base import RewardTerm, require_number
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.finished import Finished

KINDS = ("sparse", "dense")
UNITS = ("auto", "tokens", "words")

Ids = npt.NDArray[np.uint64]

# Of the finaliser of SplitMix64. They stand here because making them anew would take a quarter of the time of `_mixed`.
_GOLDEN, _FACTOR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SHIFTS = np.uint64(30), np.uint64(27)


class Repetition(RewardTerm):
    """Penalise repeated n-grams.

    Term, `kind="sparse"`: `-weight * (1 - unique / total)`, where `total` counts the n-grams and `unique` the distinct
    ones. Term, `kind="dense"`: `-weight` times the share of tokens that lie in an n-gram that stood before. Its first
    occurrence costs nothing.

    The n-grams are taken turn by turn and counted together: none reaches over a turn's end, and a later turn may say
    again what an earlier one said. With fewer than n tokens the term is 0.0. Commutes with all terms that do not look
    at the total. Going round a loop once more never lowers the penalty.

    Args:
        kind ("sparse"): `sparse` or `dense`.
        n (None: 40; 3 for `sparse` with `preset="paper"`): Length of the n-grams, at least 1. Short ones come again in
            any honest proof: a loop shows in long ones.
        weight (None: 0.1; with `preset="paper"` 1.0 for `sparse`, 0.05 for `dense`): At least 0.
        unit ("auto"): `tokens`: the ids that the action was sampled as; `words`: what white space parts, in lower case;
            `auto`: tokens where all actions know them, else words.

    Bounds: `[-weight, 0]` for right and wrong answers; `-weight` is approached by endless repetition, not reached.

    Source: Yeo et al. 2025 (arXiv:2502.03373, section 4 and appendix C): `dense` with n = 40 and -0.05 on each such
    token; what is a share here is `repeated_positions` there. `sparse` stands in their code and in open-r1
    (`get_repetition_penalty_reward`), where n = 3 and the penalty is -1.0.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.repetition import Repetition
        >>> env = Repetition(gym.make("rlvr/Math-v0", families="sum"), n=2, weight=0.5)
        >>> _ = env.reset(seed=1)
        >>> env.step("wait no wait no wait")[4]["reward_terms"]["repetition"]  # Two distinct pairs of four.
        -0.25
    """

    term_name = "repetition"
    kind: str
    n: int
    weight: float
    unit: str

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        kind: str = "sparse",
        n: int | None = None,
        weight: float | None = None,
        unit: str = "auto",
        **common: Any,
    ) -> None:
        """Wrap `env`; see the class for the arguments.

        Raises:
            ValueError: An argument is not what it has to be, or the stack breaks the law.
        """
        if kind not in KINDS:
            raise ValueError(unknown("kind", kind, KINDS))
        if unit not in UNITS:
            raise ValueError(unknown("unit", unit, UNITS))
        paper = common.get("preset") == "paper"
        if n is None:
            n = 3 if paper and kind == "sparse" else 40
        if weight is None:
            weight = {"sparse": 1.0, "dense": 0.05}[kind] if paper else 0.1
        require_n(n)
        require_number("weight", weight, 0.0)
        super().__init__(env, kind=kind, n=n, weight=weight, unit=unit, **common)

    def bounds(self) -> Bounds:
        """See the class."""
        return Bounds((-self.weight, 0.0), (-self.weight, 0.0))

    def value(self, finished: Finished) -> float:
        """See the class.

        Raises:
            ValueError: `unit="tokens"`, and an action does not know its tokens.
        """
        if self.weight == 0.0:
            return 0.0
        bad = total = 0
        for ids in _turns(finished.actions, self.unit):
            hashes = _ngrams(ids, self.n)
            if self.kind == "sparse":
                bad += len(hashes) - _distinct(hashes)
                total += len(hashes)
            else:
                bad += int(_covered(hashes, self.n, len(ids)).sum())
                total += len(ids)
        return 0.0 - self.weight * bad / total if bad else 0.0


def repeated_positions(tokens: Sequence[Any], n: int) -> list[bool]:
    """Which tokens lie in an n-gram that stood before.

    Args:
        tokens: Token ids, or anything that hashes, `[T]`.
        n: Length of the n-grams, at least 1.

    Returns:
        One flag for each token, `[T]`.

    Raises:
        ValueError: `n` is no integer of at least 1.

    Example:
        >>> repeated_positions([1, 2, 3, 1, 2, 4], 2)
        [False, False, False, True, True, False]
    """
    require_n(n)
    ids = _numbered(tokens)
    flags: list[bool] = _covered(_ngrams(ids, n), n, len(ids)).tolist()
    return flags


def distinct_share(tokens: Sequence[Any], n: int) -> float:
    """Distinct n-grams over all of them; 1.0 where there are fewer than n tokens.

    Raises:
        ValueError: `n` is no integer of at least 1.

    Example:
        >>> distinct_share("a b a b a".split(), 2)
        0.5
    """
    require_n(n)
    hashes = _ngrams(_numbered(tokens), n)
    return _distinct(hashes) / len(hashes) if len(hashes) else 1.0


def require_n(n: Any) -> None:
    """Refuse what is no length of an n-gram.

    Raises:
        ValueError: It is not an integer of at least 1.
    """
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise ValueError(f"Expected n to be an integer of at least 1, actually: {n!r}.")


def _turns(actions: Sequence[str], unit: str) -> list[Ids]:
    """The turns as numbers, equal for equal tokens or words of a turn."""
    known = [action.token_ids if isinstance(action, Completion) else None for action in actions]
    if unit != "words" and all(ids is not None for ids in known):
        return [np.fromiter(ids, dtype=np.int64, count=len(ids)).view(np.uint64) for ids in known if ids is not None]
    if unit == "tokens":
        raise ValueError(
            "Expected actions that know their tokens (rlvr.core.Completion with token_ids), actually: "
            f"{actions[known.index(None)]!r:.40} does not. Use unit='auto' or unit='words'."
        )
    return [_hashed(action.lower().split()) for action in actions]


def _hashed(words: list[str]) -> Ids:
    """Python's own 64-bit hash of each word: as safe as those of `_ngrams`, and cheaper than to number the words."""
    return np.fromiter(map(hash, words), dtype=np.int64, count=len(words)).view(np.uint64)


def _numbered(tokens: Sequence[Any]) -> Ids:
    """Numbers that are equal for equal tokens."""
    numbers = dict(zip(tokens, range(len(tokens)), strict=True))  # Each token's last position.
    return np.fromiter(map(numbers.__getitem__, tokens), dtype=np.uint64, count=len(tokens))


def _ngrams(ids: Ids, n: int) -> Ids:
    """A 64-bit hash of each n-gram, `[max(0, T - n + 1)]`, in time T log n.

    Hashes of pairs, of pairs of pairs, and so on, as the binary digits of n ask for. Equal n-grams have equal hashes;
    that two others of T have is as likely as T**2 / 2**64, about 1e-12 for T = 4,000. Each pair is mixed by a step that
    is not linear (the finaliser of SplitMix64, Steele et al. 2014), or the Thue-Morse sequence would collide.
    """
    if len(ids) < n:
        return np.empty(0, dtype=np.uint64)
    power, length = ids, 1  # Hashes of the `length`-grams, a power of two.
    whole, done = power[:0], 0
    while True:
        if n & length:
            whole = power if done == 0 else _mixed(whole[: len(power) - done], power[done:])
            done += length
        length *= 2
        if length > n:
            return whole[: len(ids) - n + 1]
        power = _mixed(power[: -(length // 2)], power[length // 2 :])


def _mixed(left: Ids, right: Ids) -> Ids:
    """A hash of each pair, order included."""
    size = min(len(left), len(right))
    mixed = left[:size] * _GOLDEN
    mixed += right[:size]
    mixed ^= mixed >> _SHIFTS[0]
    mixed *= _FACTOR
    mixed ^= mixed >> _SHIFTS[1]
    return mixed


def _distinct(hashes: Ids) -> int:
    """How many of them are distinct."""
    ordered = np.sort(hashes)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (len(hashes) > 0)


def _covered(hashes: Ids, n: int, size: int) -> npt.NDArray[np.bool_]:
    """Which of `size` tokens lie in an n-gram whose hash stood before."""
    if _distinct(hashes) == len(hashes):  # As in most texts; to sort is cheaper than to sort and remember the places.
        return np.zeros(size, dtype=np.bool_)
    order = np.argsort(hashes, kind="stable")  # Stable: of equal ones the first stays first.
    ordered = hashes[order]
    starts = np.zeros(size + 1, dtype=np.int64)
    starts[order[1:][ordered[1:] == ordered[:-1]] + 1] = 1
    sums = np.cumsum(starts)  # sums[i]: repeated n-grams that begin before token i.
    sums[n:] -= sums[:-n].copy()
    return sums[1:] > 0
