"""What is right: a network, executed in integers, and the work that an ideal engine would do."""

from accelgen.golden.run import Result, run
from accelgen.golden.spiking import SpikingResult, run_spikes, run_spiking
from accelgen.golden.spiking_work import SpikingWork, count_spiking_work
from accelgen.golden.work import Work, count_work

__all__ = [
    "Result",
    "SpikingResult",
    "SpikingWork",
    "Work",
    "count_spiking_work",
    "count_work",
    "run",
    "run_spikes",
    "run_spiking",
]
