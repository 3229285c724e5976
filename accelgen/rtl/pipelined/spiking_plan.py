"""From a spiking network and its options to the numbers of a pipeline, whose unit of work is a timestep.

An engine for each layer, as in `accelgen.rtl.pipelined.plan`; what one works on is a timestep of a sample, so
that layers work on different timesteps, and on different samples where one ends and the next begins. Each
engine has a membrane memory of its own, if its membranes live on.
"""

from __future__ import annotations

from typing import cast

from accelgen.network.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.plan import PipelinedPlan, UnitPlan
from accelgen.rtl.snn.plan import SpikingPlan

__all__ = ["SpikingPipelinedPlan", "SpikingUnitPlan"]


class SpikingUnitPlan(UnitPlan, SpikingPlan):
    """The numbers of an event-driven engine of one layer, or of a share of its block rows; see `UnitPlan`."""

    #: Bits of a score, of the last layer.
    score_bits: int = 0


class SpikingPipelinedPlan(PipelinedPlan):
    """The numbers of a pipeline of event-driven engines.

    Parameters
    ----------
    network : Network
        A network of `Spiking` layers.
    datapath : Datapath
        Options.

    Attributes
    ----------
    stream, counting, position_bits
        See `SpikingPlan`.
    early_stop : bool
        False: the timesteps behind one that could be the last are under way.
    others
        See `PipelinedPlan`.

    Raises
    ------
    InvalidOption
        If an option does not go with the network.
    InvalidNetwork
        If a layer does not spike, a score may need more than 32 bits, or there are more than 65,536 classes.
    """

    unit = SpikingUnitPlan
    early_stop = False

    def __init__(self, network: Network, datapath: Datapath):
        super().__init__(network, datapath)
        first, last = (cast(SpikingPlan, self.stages[number].units[0]) for number in (0, -1))
        self.stream = first.stream
        self.position_bits = first.position_bits
        self.counting = last.counting
