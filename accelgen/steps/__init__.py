"""The flow as a list of steps, each from files to files; the command line and make are views of it.

::

    train ─► (models/<name>/network.safetensors) ─► info, evaluate
                                │
                                ├─► rtl ─► (rtl_out/<name>/) ─► sim, synth, power, asic ─► card
                                └─► fpga ─► (rtl_out/<name>/<board>/) ─► load, host, demo

A step is imported when it is asked for, so that `make rtl` never loads torch. Each returns what its
``--json`` prints.
"""

from accelgen.door import open_door

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

open_door(
    __name__,
    {
        "asic": "accelgen.steps.asic",
        "board_fingerprint": "accelgen.steps.fpga",
        "cache": "accelgen.steps.cache",
        "demo": "accelgen.steps.board.demo",
        "evaluate": "accelgen.steps.evaluation",
        "fits": "accelgen.steps.fpga",
        "fpga": "accelgen.steps.fpga",
        "host": "accelgen.steps.board.host",
        "info": "accelgen.steps.overview",
        "list_models": "accelgen.steps.overview",
        "load": "accelgen.steps.fpga",
        "options": "accelgen.steps.options",
        "power": "accelgen.steps.power",
        "report": "accelgen.steps.report",
        "rtl": "accelgen.steps.hardware",
        "sim": "accelgen.steps.simulation",
        "synth": "accelgen.steps.hardware",
        "train": "accelgen.steps.training",
        "train_recipe": "accelgen.steps.training",
        "unrolled": "accelgen.steps.choice",
    },
)
