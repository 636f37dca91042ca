"""A batch of experience to optimizer steps: the loss of a token put together.

- `Update`: passes over a batch, a mini-batch an optimizer step.
- `TokenTerm`: a further term of the loss.

The loss of a token is the policy loss, times the weight of an off-policy correction, plus the KL penalty, less the
entropy bonus; and all of it times `weights`, which holds the denominator of the whole mini-batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.experience import Experience
from rlvr.baselines.learner import Learner
from rlvr.baselines.learner.sequences import Outputs, Tokens
from rlvr.baselines.losses import (
    EntropyCoefficient,
    clip_cov_selection,
    entropy_bonus,
    importance_weights,
    interpolated,
    kl,
    kl_cov_penalty,
    kl_cov_selection,
    off_policy_sequence_mask,
    policy_loss,
    top_entropy_mask,
)
from rlvr.baselines.weighing import weigh


class TokenTerm(Protocol):
    """A further term of the loss of each token."""

    def prepare(self, chunk: Experience) -> None:
        """Fill in columns before an optimizer step: its weights, which hold the denominator of the mini-batch."""
        ...

    def __call__(self, outputs: Outputs, tokens: Tokens) -> Tensor:
        """The term of each token, weighted, `[N]`."""
        ...


class Update:
    """Passes over a batch, a mini-batch an optimizer step."""

    def __init__(self, config: AlgorithmConfig, learner: Learner, *, seed: int = 0) -> None:
        """Move `learner` by the loss that `config` describes; `seed` is of Clip-Cov's choices."""
        self.config = config
        self.learner = learner
        self.terms: Sequence[TokenTerm] = ()
        self.entropy = EntropyCoefficient(config.entropy)
        self.generator = torch.Generator().manual_seed(seed)
        self._bonus = config.entropy.coefficient
        self._begun = 0  # optimizer steps before this batch

    def learn(self, experience: Experience) -> dict[str, float]:
        """Optimizer steps on a batch with the columns `sampled`, `old`, `advantages`, and `ref` and `entropy` if asked.

        Returns:
            Averages over the optimizer steps: `loss`, `grad_norm`, `lr`, and over tokens `clipped`, `kl` (k3 of the
            policy before to the policy that learns, Schulman 2020), `entropy` in nats, `kl_reference`; `ratio_max` and
            `ratio_min`; `mismatch`, the mean absolute difference of the sampler's and the trainer's log-probabilities
            before the first step; with a correction, `rejected` and `importance`.
        """
        config = self.config
        if not experience.trained:
            return {}
        self._begun = self.learner.steps
        metrics = self._correct(experience)
        self._choose_uncertain(experience, metrics)
        steps = [
            self._step(chunk)
            for _ in range(config.epochs)
            for chunk in experience.mini_batches(config.mini_batches)
            if chunk.trained  # Else there is no token to learn from: only empty or masked answers.
        ]
        first = steps[0].pop("mismatch")
        for step in steps[1:]:
            del step["mismatch"]
        metrics |= {name: sum(step[name] for step in steps) / len(steps) for name in steps[0]}
        metrics["ratio_max"] = max(step["ratio_max"] for step in steps)
        metrics["ratio_min"] = min(step["ratio_min"] for step in steps)
        return {"mismatch": first, **metrics}

    @property
    def _interpolates(self) -> bool:
        """Whether old log-probabilities and corrections are found in the loss, by the column `share`."""
        return self.config.old_logprobs == "interpolated"

    @property
    def _corrects(self) -> bool:
        """Whether the columns `importance` and `kept` are there."""
        return self.config.off_policy.corrects and not self._interpolates

    def _correct(self, experience: Experience) -> dict[str, float]:
        """Fill in `importance`: what the loss of each token is multiplied by, 0 where it is rejected."""
        config = self.config.off_policy
        if not self._corrects:
            return {}
        sequence = experience.sequence()
        weights, keep = importance_weights(
            config, experience.flat("old"), experience.flat("sampled"), sequence, len(experience.trained)
        )
        experience.fill_flat("importance", weights)
        experience.fill_flat("kept", keep.double())
        return {"rejected": 1.0 - float(keep.double().mean()), "importance": float(weights.mean())}

    def _choose_uncertain(self, experience: Experience, metrics: dict[str, float]) -> None:
        """Fill in `uncertain`, 1 at the tokens of highest entropy; set the bonus of this batch."""
        config = self.config.entropy
        if config.adaptive:
            self._bonus = metrics["entropy_coefficient"] = self.entropy.step(float(experience.flat("entropy").mean()))
        if config.top_fraction < 1.0:
            uncertain = top_entropy_mask(experience.flat("entropy"), config.top_fraction)
            experience.fill_flat("uncertain", uncertain.double())

    def _step(self, chunk: Experience) -> dict[str, float]:
        """One optimizer step on a mini-batch."""
        config = self.config
        weigh(chunk, config.aggregation, constant=float(config.max_new_tokens), corrected=self._corrects)
        for term in self.terms:
            term.prepare(chunk)
        if self._interpolates:
            self._share(chunk)
        if config.entropy.covariance != "none":
            self._choose_covarying(chunk)
        needs = "detached" if config.entropy.needs == "none" else config.entropy.needs
        step = self.learner.step(chunk.rows(), self._loss, temperature=config.temperature, entropy=needs)
        tokens = sum(one.tokens for one in chunk.trained)
        for name in ("clipped", "kl", "entropy", "mismatch", "kl_reference", "rejected", "importance"):
            if name in step:
                step[name] /= tokens
        return step

    def _share(self, chunk: Experience) -> None:
        """Fill in `share`: how far the way from the sampler's policy to the present one the batch began."""
        for one in chunk.trained:
            way = self.learner.steps - one.episode.policy_version
            age = self._begun - one.episode.policy_version
            one.fill("share", [age / way if way else 0.0] * one.tokens)

    def _choose_covarying(self, chunk: Experience) -> None:
        """Fill in `chosen` (Clip-Cov) or `held` (KL-Cov), under the policy as it is now."""
        config = self.config.entropy
        scores = self.learner.score(chunk.rows(), temperature=self.config.temperature)
        logprobs = torch.tensor([value for score in scores for value in score["logprobs"]], dtype=torch.float64)
        old, advantages = chunk.flat("old"), chunk.flat("advantages")
        if config.covariance == "kl":
            held = kl_cov_selection(logprobs, advantages, fraction=config.covariance_fraction)
            chunk.fill_flat("held", held.double())
            return
        rows = chunk.rows()
        sequence = torch.repeat_interleave(torch.arange(len(rows)), torch.tensor([row.count for row in rows]))
        loss = policy_loss(self.config.loss, logprobs, old, advantages, sequence, len(rows))
        dropped = clip_cov_selection(
            logprobs,
            advantages,
            loss.clipped,
            fraction=config.covariance_fraction,
            low=config.covariance_low,
            high=config.covariance_high,
            generator=self.generator,
        )
        chunk.fill_flat("chosen", (~dropped).double())

    def _loss(self, outputs: Outputs, tokens: Tokens) -> tuple[Tensor, dict[str, Tensor]]:
        config = self.config
        logprobs, old, advantages = outputs.logprobs, tokens["old"], tokens["advantages"]
        if self._interpolates:
            old = interpolated(logprobs, tokens["sampled"], tokens["share"])
        loss = policy_loss(config.loss, logprobs, old, advantages, tokens.sequence, tokens.count)
        values = loss.values
        for name in ("importance", "uncertain", "chosen"):
            if name in tokens.columns:
                values = values * tokens[name]
        if config.off_policy.opsm_delta is not None:
            keep = off_policy_sequence_mask(
                logprobs,
                tokens["sampled"],
                advantages,
                tokens.sequence,
                tokens.count,
                delta=config.off_policy.opsm_delta,
            )
            values = torch.where(keep, values, 0.0)
        if "held" in tokens.columns:
            coefficient = config.entropy.covariance_coefficient
            values = values + kl_cov_penalty(logprobs, old, tokens["held"] > 0, coefficient=coefficient)
        scalars = self._scalars(outputs, tokens, old, loss.clipped)
        if self._interpolates and config.off_policy.corrects:
            weights, kept = importance_weights(config.off_policy, old, tokens["sampled"], tokens.sequence, tokens.count)
            values = values * weights
            scalars |= {"rejected": (~kept).sum(), "importance": weights.sum()}
        if config.kl.coefficient:
            away = kl(
                config.kl.estimator,
                logprobs,
                tokens["ref"],
                old,
                log_ratio_bound=config.kl.log_ratio_bound,
                value_bound=config.kl.value_bound,
            )
            scalars["kl_reference"] = away.sum()
            if config.kl.where == "loss":
                values = values + config.kl.coefficient * away
        if self._bonus and outputs.entropies is not None:
            values = values + entropy_bonus(outputs.entropies, self._bonus)
        values = values * tokens["weights"]
        for term in self.terms:
            values = values + term(outputs, tokens)
        return values, scalars

    def _scalars(self, outputs: Outputs, tokens: Tokens, old: Tensor, clipped: Tensor) -> dict[str, Tensor]:
        logprobs = outputs.logprobs.detach()
        log_ratio = (logprobs - old).clamp(-_SAFE, _SAFE)
        ratio = log_ratio.exp()
        return {
            "clipped": clipped.sum(),
            "kl": (ratio - 1.0 - log_ratio).sum(),
            "entropy": logprobs.new_zeros(()) if outputs.entropies is None else outputs.entropies.detach().sum(),
            "mismatch": (logprobs - tokens["sampled"]).abs().sum(),
            "ratio_max": ratio.max(),
            "ratio_min": ratio.min(),
        }

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"entropy": self.entropy.state_dict(), "generator": self.generator.get_state()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.entropy.load_state_dict(state["entropy"])
        self.generator.set_state(state["generator"])


_SAFE = 20.0  # The exponent of a ratio that is only reported: beyond it the number says no more.
