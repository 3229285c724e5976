"""The flow as a list of steps, each from files to files; the command line and make are views of it.

::

    train ─► (models/<name>/network.safetensors) ─► info, evaluate
                                │
                                ├─► rtl ─► (rtl_out/<name>/) ─► sim, synth, power, asic ─► card
                                └─► fpga ─► (rtl_out/<name>/<board>/) ─► load, host, demo

Every step imports its room when it runs, so that `make rtl` never loads torch. Each returns what its
``--json`` prints.
"""

from accelgen.steps.asic import asic
from accelgen.steps.cache import cache
from accelgen.steps.choice import unrolled
from accelgen.steps.demo import demo
from accelgen.steps.evaluation import evaluate
from accelgen.steps.fpga import board_fingerprint, fits, fpga, load
from accelgen.steps.hardware import rtl, synth
from accelgen.steps.host import host
from accelgen.steps.options import options
from accelgen.steps.overview import info, list_models
from accelgen.steps.power import power
from accelgen.steps.report import report
from accelgen.steps.simulation import sim
from accelgen.steps.training import train, train_recipe

__all__ = [
    "asic",
    "board_fingerprint",
    "cache",
    "demo",
    "evaluate",
    "fits",
    "fpga",
    "host",
    "info",
    "list_models",
    "load",
    "options",
    "power",
    "report",
    "rtl",
    "sim",
    "synth",
    "train",
    "train_recipe",
    "unrolled",
]
