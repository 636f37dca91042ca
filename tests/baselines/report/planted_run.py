"""Runs as training would leave them, with numbers that the tests choose."""

from __future__ import annotations

from html.parser import HTMLParser

from rlvr.baselines.config import merge
from rlvr.baselines.run import Run
from rlvr.baselines.settings import TrainConfig

VOID = {"meta"}


def make_run(path, *, steps=20):
    return Run.create(path, merge(TrainConfig(), {"grpo": {"steps": steps}}))


def log_cold_start(run, steps=3):
    for step in range(1, steps + 1):
        run.log("cold_start", step, {"loss": 4.0 / step, "grad_norm": 1.0, "lr": 0.01, "tokens": 600.0})


def log_steps(run, first=1, last=20, **changes):
    """Lines of GRPO."""
    for step in range(first, last + 1):
        share = step / last
        metrics = {
            "reward": share,
            "accuracy": share,
            "length": 10.0 + step,
            "thinking": share,
            "surprise": 0.3,
            "reward/correct": share,
            "verdict/correct": share,
            "verdict/wrong": 1.0 - share,
            "error_episodes": 0.0,
            "trained_groups": 7.0,
            "loss": 0.0,
            "clipped": 0.01,
            "kl": 0.0002,
            "mismatch": 0.004,
            "grad_norm": 0.5,
            "lr": 3e-4,
            "seconds_sampling": 0.25,
            "seconds_learning": 0.5,
        }
        run.log("grpo", step, {**metrics, **changes})


def log_evaluation(run, step, accuracy, *, decoding="sampled", length=13.0, error=0.02, **changes):
    metrics = {
        "reward": accuracy,
        "accuracy": accuracy,
        "length": length,
        "thinking": 0.25,
        "surprise": 0.3,
        "reward/correct": accuracy,
        "verdict/correct": accuracy,
        "standard_error": error,
        "episodes": 256.0,
        "training_seconds": 30.0 + step,
    }
    run.log("evaluation", step, {**metrics, **changes}, decoding=decoding)


def turn(text, status="correct", score=1.0, **changes):
    verdict = {"status": status, "score": score, "answer": "2", "extraction": "answer", "reason": ""}
    plain = {"text": text, "token_ids": [1, 2, 3], "finish_reason": "stop", "reward": score, "verdict": verdict}
    return {**plain, "reward_terms": {"correct": score}, **changes}


def log_episode(run, *turns, step=0, decoding="sampled", index=0, opening=None, replies=(), **changes):
    """A held-out episode; `replies` are what the environment said between the turns."""
    messages = list(opening or [{"role": "user", "content": f"1+{index}=?"}])
    for i, one in enumerate(turns):
        messages.append({"role": "assistant", "content": one["text"]})
        messages += [{"role": "user", "content": reply} for reply in replies[i : i + 1]]
    line = {
        "phase": "evaluation",
        "step": step,
        "decoding": decoding,
        "env": {"id": "rlvr/Math-v0", "kwargs": {}},
        "seed": 0,
        "episode": index,
        "group": index,
        "task": f"sum/{index}",
        "policy_version": 0,
        "terminated": True,
        "truncated": False,
        "reward": sum(one["reward"] for one in turns),
        "messages": messages,
        "turns": list(turns),
    }
    run.log_episodes([{**line, **changes}])


def complete_run(path):
    """A run that reached its end."""
    run = make_run(path)
    log_cold_start(run)
    for decoding, accuracy in (("sampled", 0.22), ("greedy", 0.01)):
        log_evaluation(run, 0, accuracy, decoding=decoding)
        for index in range(9):
            log_episode(run, turn(f"<answer>{index}</answer>", "wrong", 0.0), decoding=decoding, index=index)
    log_steps(run)
    for decoding, accuracy in (("sampled", 0.94), ("greedy", 0.99)):
        log_evaluation(run, 20, accuracy, decoding=decoding, length=33.0)
        for index in range(9):
            said = turn(f"<think>1+{index}</think><answer>{index + 1}</answer>")
            log_episode(run, said, decoding=decoding, index=index, step=20)
    return run


class Page(HTMLParser):
    """A page as a browser would take it apart; refuses tags that do not match."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)
