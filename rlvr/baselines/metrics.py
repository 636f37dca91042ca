"""What a batch of episodes was like, in numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rlvr.core import Episode, Status


def describe(groups: Sequence[Sequence[Episode]]) -> dict[str, float]:
    """What a batch of episodes was like, averaged over episodes.

    Returns:
        `reward`, `reward/TERM` for each term and `accuracy` (the mean score), all three over the episodes that could
        be judged; `verdict/STATUS` shares of all episodes; `length` in sampled tokens, `thinking` (share whose last
        answer closes a think), `surprise` (negative log-probability a sampled token, in nats).
    """
    episodes = [episode for group in groups for episode in group]
    count = len(episodes)
    terms: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    # The verifier could not run: what it would have paid is not known, least of all that it is 0.
    judged = [episode for episode in episodes if episode.verdict["status"] != Status.ERROR]
    for episode in episodes:
        statuses[episode.verdict["status"]] += 1
    for episode in judged:
        for turn in episode.turns:
            for name, value in turn.info["reward_terms"].items():
                terms[name] += value
    tokens = sum(episode.length for episode in episodes)
    logprobs = math.fsum(
        logprob
        for episode in episodes
        for turn in episode.turns
        for logprob, kept in zip(turn.output_logprobs, turn.output_mask, strict=False)
        if kept
    )
    return {
        "reward": math.fsum(episode.reward for episode in judged) / max(1, len(judged)),
        "accuracy": math.fsum(episode.verdict["score"] for episode in judged) / max(1, len(judged)),
        "length": tokens / count,
        "thinking": sum("</think>" in episode.turns[-1].text for episode in episodes) / count,
        "surprise": -logprobs / tokens if tokens else 0.0,
        **{f"reward/{name}": total / len(judged) for name, total in sorted(terms.items())},
        **{f"verdict/{name}": total / count for name, total in sorted(statuses.items())},
    }
