"""What two processes do together, for `tests/baselines/learner/test_distributed.py`: each check once, findings as JSON.

torchrun --standalone --nproc-per-node 2 -m tests.learning_together findings.json
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import torch

from rlvr.agents.generation import sample
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.distributed import World, full, full_state_dict, gathered
from rlvr.baselines.learner.forward import add_value_head
from rlvr.baselines.learner.reference import Reference, ReferenceConfig
from rlvr.baselines.learner.sequences import TokenSequence
from tests.token_rows import VOCABULARY, answers_to, furthest, gradients, loss, make_rows, small

KINDS = ("ddp", "fsdp")


def policy(dtype=torch.float64):
    model = small(dtype)
    torch.nn.init.normal_(add_value_head(model).weight, generator=torch.Generator().manual_seed(0))
    return model


def gradient(world, kind, rows=None, dtype=torch.float64, **options):
    """How far the gradient and the metrics of two processes are from those of one."""
    rows = make_rows() if rows is None else rows
    alone, expected = gradients(policy(dtype), rows, **options)
    metrics, found = gradients(policy(dtype), rows, world=world, parallel=kind, **options)
    return {
        "gradient": furthest(full(found), expected),
        "metrics": max(abs(metrics[name] - alone[name]) / abs(alone[name]) for name in alone if alone[name]),
        "names": sorted(metrics) == sorted(alone),
    }


def in_float32(world, kind):
    """The gradient in the type that policies usually have, of rows that are cut and packed differently, too."""
    options = {"layout": "packed", "micro_batch_tokens": 30, "max_logits": 3 * VOCABULARY}
    whole = gradient(world, kind, dtype=torch.float32)
    cut = gradient(world, kind, dtype=torch.float32, **options)
    return {name: max(whole[name], cut[name]) for name in whole}


def values_alone(world, kind):
    """The gradient of a model of values, which leaves the LM head out."""
    return gradient(world, kind, only_values=True)


def few_rows(world, kind):
    """One process has nothing to do, and not everything gets a gradient."""
    return gradient(world, kind, make_rows((9,)), micro_batch_tokens=10)


def shared_prompts(world, kind):
    """Answers to a prompt on both processes; FSDP, which cannot share, computes whole rows."""
    options = {"layout": "shared", "micro_batch_tokens": 60} if kind == "ddp" else {}
    return gradient(world, kind, answers_to([9, 14], 5), **options)


def many_micro_batches(world, kind):
    """Processes have different numbers of micro-batches."""
    lengths = (22, 3, 3, 3, 3, 3, 3, 3, 3, 3)
    options = {"micro_batch_tokens": 6, "max_logits": 3 * VOCABULARY, "gradient_checkpointing": True}
    return gradient(world, kind, make_rows(lengths), layout="packed", **options)


def scores(world, kind):
    """The largest difference of two processes' scores from one's, rows in order."""
    rows = [TokenSequence([1], [0]), *make_rows(), TokenSequence([1, 2], [0, 0])]
    options = {"temperature": 0.7, "entropy": True, "values": True}
    alone = Learner(policy(), OptimizerConfig(), 1, 0).score(rows, **options)
    together = Learner(policy(), OptimizerConfig(micro_batch_tokens=30, parallel=kind), 1, 0, world=world)
    found = together.score(rows, **options)
    pairs = [(a[name], b[name]) for a, b in zip(found, alone, strict=True) for name in b]
    return max(abs(x - y) for a, b in pairs for x, y in zip(a, b, strict=True))


def training(world, parallel, **options):
    """Three steps, a checkpoint after the second: how far two processes go from one, and a resumed run from them."""
    config = OptimizerConfig(lr=1e-2, parallel=parallel, **options)

    def weights(learner):
        return full_state_dict(learner.model)

    def difference(a, b):
        return max(float((one - b[name]).abs().max()) for name, one in a.items())

    rows = make_rows()
    alone = Learner(policy(), OptimizerConfig(lr=1e-2, **options), 5, 0)
    together = Learner(policy(), config, 5, 0, world=world)
    for number in range(3):
        alone.step(rows, loss)
        together.step(rows, loss)
        if number == 1:
            file = io.BytesIO()
            torch.save({"learner": together.state_dict(), "model": weights(together)}, file)
    findings = {"from one": difference(weights(together), weights(alone))}
    for name, in_world in (("resumed", world), ("resumed by one", World())):
        saved = torch.load(io.BytesIO(file.getvalue()), weights_only=True)
        model = policy()
        model.load_state_dict(saved["model"])
        again = Learner(model, config, 5, 0, world=in_world)
        again.load_state_dict(saved["learner"])
        again.step(rows, loss)
        findings[name] = difference(weights(again), weights(together))
    return findings


def muon(world, parallel):
    """How far one step of Muon, whose matrices are orthogonalised whole, goes from that of one process."""
    found = []
    for one in (World(), world):
        config = OptimizerConfig(kind="muon", lr=1e-2, matrix_lr=0.02, parallel=parallel)
        learner = Learner(small(layers=1), config, 5, 0, world=one)
        learner.step(make_rows(), loss)
        found.append(full_state_dict(learner.model))
    alone, together = found
    return max(float((one - together[name]).abs().max()) for name, one in alone.items())


def no_number(world, kind):
    """Weights that are no numbers on one process's rows: everybody stops, nothing moves."""
    rows = make_rows()
    rows[0].columns["weights"] = [float("nan")] * rows[0].count
    learner = Learner(policy(), OptimizerConfig(lr=1.0, parallel=kind), 1, 0, world=world)
    before = {name: one.clone() for name, one in full_state_dict(learner.model).items()}
    try:
        learner.step(rows, loss)
    except FloatingPointError:
        same = all(torch.equal(one, before[name]) for name, one in full_state_dict(learner.model).items())
        return {"raised": True, "same": same, "forgotten": all(p.grad is None for p in learner.model.parameters())}
    return {"raised": False}


def first_weights(world, kind):
    """Processes that began with different weights all have the first one's."""
    model = policy()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(world.rank)
    learner = Learner(model, OptimizerConfig(parallel=kind), 1, 0, world=world)
    return all(torch.equal(one, policy().state_dict()[name]) for name, one in full_state_dict(learner.model).items())


def sampling(world, kind):
    """Each process samples by itself, a different number of tokens, and then they go on learning."""
    model = policy(torch.float32)
    learner = Learner(model, OptimizerConfig(lr=1e-3, parallel=kind), 3, 0, world=world)
    learner.step(make_rows(), loss)
    plain = policy(torch.float32)
    plain.load_state_dict(full_state_dict(model))
    options = {"max_new_tokens": 3 + 20 * world.rank, "stop_ids": frozenset(), "pad_id": 0, "temperature": 0.7}

    def draw(one):
        return sample(one.eval(), [[5, 6], [7]], generator=torch.Generator().manual_seed(0), **options)

    with gathered(model):
        found = draw(model)
    learner.step(make_rows(), loss)
    return found == draw(plain)


def reference(world, kind):
    """A reference model beside a policy that moves: far from it, and as it was, also from a checkpoint."""
    rows = make_rows()
    learner = Learner(policy(), OptimizerConfig(lr=1e-2, parallel=kind), 3, 0, world=world)
    before = learner.score(rows)
    kept = Reference(learner.model, ReferenceConfig())
    learner.step(rows, loss)
    after = learner.score(rows)
    again = Reference(learner.model, ReferenceConfig())
    again.load_state_dict(kept.state_dict())
    return {
        "as before": kept.score(learner, rows) == before,
        "loaded": again.score(learner, rows) == before,
        "policy": learner.score(rows) == after and after != before,
    }


def world_itself(world, kind):
    """What each brings, gathered and in turn."""
    mine = list("abcde")[world.rank :: world.size]
    return {"gathered": world.gather(mine), "in turn": world.in_turn(mine), "first": world.is_first}


CHECKS = (
    gradient,
    in_float32,
    values_alone,
    few_rows,
    shared_prompts,
    many_micro_batches,
    scores,
    training,
    muon,
    no_number,
    first_weights,
    sampling,
    reference,
    world_itself,
)


def main(path: str) -> None:
    torch.set_num_threads(1)
    world = World.current()
    findings = {f"{check.__name__} {kind}": check(world, kind) for check in CHECKS for kind in KINDS}
    everybodys = world.gather([findings])
    if world.is_first:
        Path(path).write_text(json.dumps([one for [one] in everybodys]))
    world.close()


if __name__ == "__main__":
    main(sys.argv[1])
