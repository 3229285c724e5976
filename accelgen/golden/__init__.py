"""The golden model: a network, executed in integers, and the work that an ideal engine would do."""

from accelgen.golden.cost import Cost, count_cost
from accelgen.golden.run import Result, run
from accelgen.golden.spiking import SpikingResult, run_spikes, run_spiking
from accelgen.golden.spiking_cost import SpikingCost, count_spiking_cost

__all__ = [
    "Cost",
    "Result",
    "SpikingCost",
    "SpikingResult",
    "count_cost",
    "count_spiking_cost",
    "run",
    "run_spikes",
    "run_spiking",
]
