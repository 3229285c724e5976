"""A current that lasts: what a timestep leaves of it for the next one.

    J[t] = leak(J[t-1]) + I[t]

where J[-1] = 0, I[t] is what the spikes and the bias of timestep t add, and `leak` that of
`accelgen.network.leak`. So a spike acts on a membrane for several timesteps, and ever less: this is the
`CubaLIF` node of NIR, and the ``Synaptic`` neuron of snnTorch.
"""

from __future__ import annotations

from dataclasses import dataclass

from accelgen.errors import InvalidNetwork
from accelgen.network.leak import LEAK_BITS, keep_leak, leaked

__all__ = ["Synapse"]


@dataclass(frozen=True, slots=True)
class Synapse:
    """How the currents of a layer last; see the equation at the top of this file.

    Attributes
    ----------
    leak : int
        Shift of the leak, 1 to 15.
    multiplier : int
        Of a leak that is no power of two: odd, and below ``2**leak``; 1 if it is one.

    Raises
    ------
    InvalidNetwork
        If a number is no integer of Python or numpy, or out of its range.
    """

    leak: int
    multiplier: int = 1

    def __post_init__(self):
        keep_leak(self)
        if not self.leak:
            raise InvalidNetwork("leak: must be 1 to 15, or a current would last for ever")

    @property
    def multiplies(self) -> bool:
        """Its leak is no power of two."""
        return self.multiplier > 1

    @property
    def title(self) -> str:
        """What a timestep takes of a current, in a few words."""
        return f"current leak {self.multiplier}/{1 << self.leak}"

    def stored_bits(self) -> int:
        """Return the bits of the leak, and of the multiplier if there is one."""
        return LEAK_BITS + (self.multiplies and self.multiplier.bit_length())

    def left(self, current):
        """Return what a timestep leaves of ``current``, integers of any kind with ``*`` and ``>>``."""
        return leaked(current, self.leak, self.multiplier)
