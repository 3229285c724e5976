"""Spiking layers: what a neuron does in a timestep is written here once, as equations.

Spikes are 0 or 1. At each timestep t = 0, 1, ..., T - 1 the current of a neuron is, in integers,

    I[t] = bias + sum_i W[o, i] s_in[t, i]

and its membrane, with V[-1] = 0 and s[-1] = 0,

    discontinuous integration:  V[t] = I[t]
    continuous integration:     V[t] = leak(V[t-1]) - s[t-1] threshold + I[t]        (reset "subtract")
                                V[t] = (0 if s[t-1] else leak(V[t-1])) + I[t]         (reset "zero")

with the `leak` of `accelgen.network.leak`, a shift or a multiplier and a shift. Where currents last, as
`accelgen.network.synapse` says, J[t] stands for I[t] here. A neuron fires, the tie included, when its
membrane has reached its threshold:

    s[t] = 1 if V[t] >= threshold else 0

The last layer reads out. Without a neuron its score is the sum of its currents so far ("membrane"), or what
an `accelgen.network.integrator` of the network makes of them; with one it is the number of its spikes so far
("count").

Discontinuous and continuous integration are those of Yin et al., "Algorithm and hardware design of
discrete-time spiking neural networks based on back propagation with binary activations" (arXiv
1709.06206), with integers for reals. A discontinuous layer needs no threshold beyond 1: a larger one is
a smaller bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from accelgen.errors import InvalidNetwork
from accelgen.network.connected import FullyConnected
from accelgen.network.fields import check_one_of, check_type, keep_whole
from accelgen.network.layer import BIAS_LIMIT, Layer
from accelgen.network.leak import LEAK_BITS, MAX_LEAK, keep_leak, leaked
from accelgen.network.rule import Rule
from accelgen.network.synapse import Synapse

__all__ = ["MAX_LEAK", "MAX_TIMESTEPS", "Integration", "Neuron", "Reset", "Spiking", "synapse_of"]

MAX_TIMESTEPS = 16
MODE_BITS = LEAK_BITS + 1 + 1  # leak, reset, integration

Integration = Literal["discontinuous", "continuous"]
Reset = Literal["subtract", "zero"]


@dataclass(frozen=True, slots=True)
class Neuron:
    """How a layer's neurons integrate and fire; see the equations at the top of this file.

    Attributes
    ----------
    integration : "discontinuous" or "continuous"
        Whether a membrane lives for one timestep or for all of them.
    threshold : int
        Membrane at which a neuron fires, 1 to 2**24 - 1; 1 if integration is discontinuous.
    leak : int
        Shift of the leak, 0 (none) to 15.
    reset : "subtract" or "zero"
        What a spike does to the membrane; "zero" if integration is discontinuous.
    multiplier : int
        Of a leak that is no power of two: odd, and below ``2**leak``; 1 if it is one.
    synapse : Synapse or None
        How currents last for more than a timestep, if they do; None if integration is discontinuous.

    Raises
    ------
    InvalidNetwork
        If a word is another, or a number no integer of Python or numpy, or out of its range.
    """

    field: ClassVar[str] = "neuron"
    part: ClassVar[str] = "neuron"
    facts: ClassVar[tuple[str, ...]] = ("integration", "threshold", "leak", "reset")

    integration: Integration
    threshold: int = 1
    leak: int = 0
    reset: Reset = "zero"
    multiplier: int = 1
    synapse: Synapse | None = None

    def __post_init__(self):
        check_one_of("integration", self.integration, get_args(Integration))
        keep_whole(self, "threshold", 1, BIAS_LIMIT - 1)
        check_one_of("reset", self.reset, get_args(Reset))
        keep_leak(self)
        if not self.continuous and (self.threshold, self.leak, self.reset) != (1, 0, "zero"):
            raise InvalidNetwork(
                "integration: a discontinuous membrane has threshold 1, leak 0 and reset 'zero', "
                f"not {self.threshold}, {self.leak} and {self.reset!r}"
            )
        check_type("synapse", self.synapse, Synapse, optional=True)
        if self.synapse and not self.continuous:
            raise InvalidNetwork("synapse: a current that lasts needs continuous integration")

    @property
    def continuous(self) -> bool:
        """The membrane lives on from one timestep to the next."""
        return self.integration == "continuous"

    @property
    def bits_out(self) -> int:
        """Bits of a spike: one."""
        return 1

    def stored_bits(self) -> int:
        """Return the bits of the threshold and the modes, and of multiplier and synapse if there are any."""
        bits = self.threshold.bit_length() + MODE_BITS + (self.multiplies and self.multiplier.bit_length())
        return bits + (self.synapse.stored_bits() if self.synapse else 0)

    @property
    def multiplies(self) -> bool:
        """Its leak is no power of two."""
        return self.multiplier > 1

    def describe(self) -> dict[str, int | str]:
        """Return integration, threshold, leak and reset, and multiplier and synapse if there are any."""
        found = {name: getattr(self, name) for name in self.facts}
        found |= {"multiplier": self.multiplier} if self.multiplies else {}
        if self.synapse:
            found |= {"synapse_leak": self.synapse.leak, "synapse_multiplier": self.synapse.multiplier}
        return found

    def left(self, membrane, fired):
        """Return what a timestep leaves for the next one.

        Parameters
        ----------
        membrane : integer array of any kind with ``*`` and ``>>``
            V[t].
        fired : the same shape, 0 or 1
            s[t].

        Returns
        -------
        The same kind: ``leak(V) - s * threshold``, or 0 where a neuron fired if it resets to zero.
        """
        kept = leaked(membrane, self.leak, self.multiplier)
        if not self.continuous:
            return kept * 0
        return kept * (1 - fired) if self.reset == "zero" else kept - fired * self.threshold


class Spiking(FullyConnected):
    """A fully connected layer of spiking neurons.

    Attributes
    ----------
    name, weights, reads
        See `FullyConnected`.
    bias : int32[outputs]
        Current of each neuron at every timestep, below 2**24 in magnitude.
    rule : Neuron or None
        None only for a last layer that reads out its membranes.
    """

    __slots__ = ()

    kind: ClassVar[str] = "spiking"
    spiking: ClassVar[bool] = True
    rule_type: ClassVar[type[Rule]] = Neuron

    rule: Neuron | None

    @property
    def lives(self) -> bool:
        """Its membranes live on from one timestep to the next."""
        return self.rule is not None and self.rule.continuous


def synapse_of(layer: Layer) -> Synapse | None:
    """Return how the currents of a layer last for more than a timestep, if they do."""
    return layer.rule.synapse if isinstance(layer.rule, Neuron) else None
