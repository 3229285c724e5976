"""Which values live when, and so how many regions activation memory has and which value lies in which.

A value is what the input hands on (number -1) or what layer n gives (number n). It lives from the layer that
writes it up to its last reader, both included: a layer reads while its own results are being written.

Region 0 is the input's alone, so that the next image may enter while the layers after the input's last reader
run. Every other value takes the lowest region in which nothing lives. In a chain these are regions 1 and 2 in
turn, the three banks of `ActivationMemory`; a value that is read again later keeps its region for longer,
and the values in between need others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accelgen.errors import InvalidOption
from accelgen.network.network import Network

__all__ = ["Lifetime", "check_chain", "lifetimes", "regions"]

#: What each layer reads: numbers of values.
Reads = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a value must be kept.

    Attributes
    ----------
    first : int
        The layer that writes it; -1 for the input, which is there before layer 0.
    last : int
        The last layer that reads it; ``first`` if none does.
    """

    first: int
    last: int

    def overlaps(self, other: Lifetime) -> bool:
        """Return whether both live while some layer runs."""
        return self.first <= other.last and other.first <= self.last


def lifetimes(reads: Reads) -> list[Lifetime]:
    """Return the lifetime of the input, then of what each layer but the last gives.

    Parameters
    ----------
    reads : sequence of sequence of int
        Numbers of the values that each layer reads, all lower than its own; see `Network.reads`.
    """
    readers: dict[int, int] = {number: layer for layer, read in enumerate(reads) for number in read}
    return [Lifetime(number, readers.get(number, number)) for number in range(-1, len(reads) - 1)]


def regions(reads: Reads) -> tuple[int, ...]:
    """Return the region of the input, then of what each layer but the last gives.

    Parameters
    ----------
    reads : sequence of sequence of int
        As in `lifetimes`. What the last layer gives are scores, which leave at once and need no region.
    """
    lives = lifetimes(reads)
    placement = [0]
    for number, life in enumerate(lives[1:], 1):
        taken = {placement[other] for other in range(1, number) if lives[other].overlaps(life)}
        placement.append(next(region for region in range(1, number + 1) if region not in taken))
    return tuple(placement)


def check_chain(network: Network) -> None:
    """Raise `InvalidOption` unless each layer reads the one before: all that the engines of today can run."""
    for number, (layer, read) in enumerate(zip(network.layers, network.reads, strict=True)):
        if read != (number - 1,):
            raise InvalidOption(
                f"layer {number} ({layer.name}) of {network.name} reads {' and '.join(layer.reads)}, and the "
                "hardware runs layers that read the one before and nothing else"
            )
