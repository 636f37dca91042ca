"""Several processes that learn together, as torchrun starts them: `torchrun --nproc-per-node 2 -m rlvr train ...`.

Every process holds the same rows and takes a share of each optimizer step. Gradients are summed, never averaged: the
loss is a sum, whoever computes its parts.

- `World`: which process this is, of how many.
- `share`: rows among processes, by their tokens.
- `distribute`: a model onto all of them, whole (DDP) or in shards (FSDP2).
- `sum_gradients`: DDP's; FSDP2 sums by itself.
- `gathered`, `full_state_dict`, `full`: sharded weights made whole, for sampling and saving.
- `reshard`, `shard_like`, `local`: a process's share.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

T = TypeVar("T")
Parallel = Literal["ddp", "fsdp"]
_BUCKET = 2**25  # elements of gradients that travel together


@dataclass(frozen=True, slots=True)
class World:
    """This process among those that learn together."""

    rank: int = 0
    size: int = 1

    @classmethod
    def current(cls) -> World:
        """What torchrun's environment variables say, with the process group begun; one process without them.

        Processes talk by gloo on CPUs and by NCCL on GPUs, each process its `LOCAL_RANK`-th GPU.
        """
        rank, size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if size > 1 and not dist.is_initialized():
            if torch.cuda.is_available():
                torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
                dist.init_process_group("cpu:gloo,cuda:nccl")
            else:
                dist.init_process_group("gloo")
        return cls(rank, size)

    @property
    def is_first(self) -> bool:
        """Whether this process writes what is written once."""
        return self.rank == 0

    def gather(self, items: Sequence[T]) -> list[list[T]]:
        """Everybody's items, process by process, on every process; all of them must call it. Items are pickled."""
        if self.size == 1:
            return [list(items)]
        gathered: list[Any] = [None] * self.size
        dist.all_gather_object(gathered, list(items))
        return gathered

    def in_turn(self, items: Sequence[T]) -> list[T]:
        """Everybody's items in one list, where process `r` brought the items `r`, `r + size`, `r + 2 size`, ..."""
        shares = self.gather(items)
        longest = max(map(len, shares))
        return [one[i] for i in range(longest) for one in shares if i < len(one)]

    def close(self) -> None:
        """End the process group, once all processes are done; not after an error, or it waits for the others."""
        if self.size > 1 and dist.is_initialized():
            dist.barrier()
            # gloo's threads let go of their last tensors a moment after the work is done, and a process that exits in
            # that moment aborts (pytorch/pytorch#179291).
            time.sleep(0.1)
            dist.destroy_process_group()


def share(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Numbers of rows for each of `size` processes: the longest row left goes to whoever has the fewest tokens.

    Longest processing time first, Graham 1969: the fullest process has at most 4/3 of the least possible tokens.
    """
    shares: list[list[int]] = [[] for _ in range(size)]
    tokens = [0] * size
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        least = tokens.index(min(tokens))
        shares[least].append(i)
        tokens[least] += lengths[i]
    return [sorted(one) for one in shares]


def distribute(model: Any, world: World, kind: Parallel) -> None:
    """Give all processes the first one's weights, and with `fsdp` have each keep its share of them (FSDP2).

    Call the model itself afterwards, never a part of it: weights come together in its `forward`. A model that is
    sharded already stays as it is, so that several learners may share it.
    """
    if world.size == 1 or isinstance(model, FSDPModule):
        return
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            dist.broadcast(tensor, src=0)
    if kind == "ddp":
        return
    mesh = init_device_mesh(next(model.parameters()).device.type, (world.size,))
    # Gradients are summed in float32: thousands of bfloat16 terms would round each other away.
    policy = MixedPrecisionPolicy(reduce_dtype=_reduced(next(model.parameters()).dtype))
    head = getattr(model, "value_head", None)  # Apart, for its type may differ.
    for module in [*_blocks(model), *([] if head is None else [head]), model]:
        fully_shard(module, mesh=mesh, mp_policy=policy)
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)  # gloo has no pre-multiplied sum


def _reduced(dtype: torch.dtype) -> torch.dtype:
    return torch.float32 if dtype in (torch.bfloat16, torch.float16) else dtype


def _blocks(model: Any) -> list[Any]:
    """The repeated layers, which transformers names."""
    names = set(getattr(model, "_no_split_modules", None) or ())
    blocks = [module for module in model.modules() if type(module).__name__ in names]
    if blocks:
        return blocks
    return [block for many in model.modules() if isinstance(many, torch.nn.ModuleList) for block in many]


@torch.no_grad()
def sum_gradients(parameters: Iterable[Tensor], world: World) -> None:
    """Add up all processes' gradients in place. What no process has a gradient for keeps none."""
    every = [parameter for parameter in parameters if parameter.requires_grad]
    if world.size == 1 or not every:
        return
    seen = torch.tensor([float(one.grad is not None) for one in every], device=every[0].device)
    dist.all_reduce(seen)
    for one, count in zip(every, seen.tolist(), strict=True):
        if count and one.grad is None:
            one.grad = torch.zeros_like(one)
    for bucket in _buckets([one.grad for one in every if one.grad is not None]):
        kind = _reduced(bucket[0].dtype)
        flat = torch.cat([gradient.reshape(-1).to(kind) for gradient in bucket])
        dist.all_reduce(flat)
        for gradient, part in zip(bucket, torch.split(flat, [one.numel() for one in bucket]), strict=True):
            gradient.copy_(part.view_as(gradient))


def _buckets(tensors: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Tensors of one type, together: few large messages, and no second copy of all gradients."""
    for dtype in dict.fromkeys(tensor.dtype for tensor in tensors):
        bucket: list[Tensor] = []
        for tensor in tensors:
            if tensor.dtype == dtype:
                bucket.append(tensor)
                if sum(one.numel() for one in bucket) >= _BUCKET:
                    yield bucket
                    bucket = []
        if bucket:
            yield bucket


@contextmanager
def gathered(model: Any) -> Iterator[None]:
    """Have every process hold all weights for a while, so that each can sample by itself, as many tokens as it likes.

    All processes must enter and leave. Without shards nothing happens.
    """
    modules = [module for module in model.modules() if isinstance(module, FSDPModule)]
    for module in modules:
        module.set_reshard_after_forward(False, recurse=False)
        module.unshard()
    try:
        yield
    finally:
        reshard(model)
        for module in modules:
            module.set_reshard_after_forward(module is not model, recurse=False)


def reshard(model: Any) -> None:
    """Put shards back in their place after forward passes that no backward pass follows.

    Until then `parameters()` of the outermost module are whole tensors that no optimizer moves.
    """
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.reshard()


def full(value: Any) -> Any:
    """Sharded tensors in nested containers made whole; all processes must call it."""
    if isinstance(value, DTensor):
        return value.full_tensor()
    if isinstance(value, dict):
        return {key: full(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(full(one) for one in value)
    return value


def full_state_dict(model: Any) -> dict[str, Tensor]:
    """A model's weights, whole on every process; all of them must call it."""
    reshard(model)
    state: dict[str, Tensor] = full(dict(model.state_dict()))
    return state


def shard_like(value: Tensor, like: Tensor) -> Tensor:
    """This process's share of a whole tensor, cut as another one is; the tensor itself if that one is whole."""
    if not isinstance(like, DTensor) or value.shape != like.shape:
        return value
    return distribute_tensor(value.to(like.device), like.device_mesh, like.placements)


def local(tensor: Tensor) -> Tensor:
    """What this process holds of a tensor, without its graph; writing into it writes into the tensor."""
    tensor = tensor.detach()
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor
