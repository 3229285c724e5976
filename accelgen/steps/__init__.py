"""The flow as a list of steps, each from files to files; the command line and make are views of it.

::

    train, import ─► (models/<name>/network.safetensors) ─► info, evaluate
                                        │
                                        ├─► rtl ─► (rtl_out/<name>/) ─► sim, synth, power, asic ─► card
                                        ├─► export
                                        └─► fpga ─► (rtl_out/<name>/<board>/) ─► load, host, demo

A step is imported when it is asked for, so that `make rtl` never loads torch. Each answers with a frozen
dataclass, whose ``to_json()`` is what ``--json`` prints.
"""

from typing import TYPE_CHECKING

from accelgen.door import open_door

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.steps.asic import asic as asic
    from accelgen.steps.board.counters import counters as counters
    from accelgen.steps.board.counters import played as played
    from accelgen.steps.board.demo import demo as demo
    from accelgen.steps.board.host import host as host
    from accelgen.steps.board.loading import load as load
    from accelgen.steps.cache import cache as cache
    from accelgen.steps.compare_hardware import options as options
    from accelgen.steps.evaluation import evaluate as evaluate
    from accelgen.steps.exporting import export_model as export_model
    from accelgen.steps.first_recipe import first_recipe as first_recipe
    from accelgen.steps.fpga import board_fingerprint as board_fingerprint
    from accelgen.steps.fpga import fits as fits
    from accelgen.steps.fpga import fpga as fpga
    from accelgen.steps.fpga import link_speed as link_speed
    from accelgen.steps.get_data import get_data as get_data
    from accelgen.steps.get_data import list_public as list_public
    from accelgen.steps.hardware import rtl as rtl
    from accelgen.steps.hardware import synth as synth
    from accelgen.steps.hardware_file import unrolled as unrolled
    from accelgen.steps.importing import import_model as import_model
    from accelgen.steps.importing_spikes import import_spikes as import_spikes
    from accelgen.steps.listing import list_models as list_models
    from accelgen.steps.overview import info as info
    from accelgen.steps.own_data import check_data as check_data
    from accelgen.steps.own_data import list_data as list_data
    from accelgen.steps.power import power as power
    from accelgen.steps.report import report as report
    from accelgen.steps.simulation import sim as sim
    from accelgen.steps.training import cross_validate as cross_validate
    from accelgen.steps.training import train as train
    from accelgen.steps.training import train_recipe as train_recipe

__all__ = [
    "asic",
    "board_fingerprint",
    "cache",
    "check_data",
    "counters",
    "cross_validate",
    "demo",
    "evaluate",
    "export_model",
    "first_recipe",
    "fits",
    "fpga",
    "get_data",
    "host",
    "import_model",
    "import_spikes",
    "info",
    "link_speed",
    "list_data",
    "list_models",
    "list_public",
    "load",
    "options",
    "played",
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
        "check_data": "accelgen.steps.own_data",
        "counters": "accelgen.steps.board.counters",
        "cross_validate": "accelgen.steps.training",
        "demo": "accelgen.steps.board.demo",
        "evaluate": "accelgen.steps.evaluation",
        "export_model": "accelgen.steps.exporting",
        "first_recipe": "accelgen.steps.first_recipe",
        "fits": "accelgen.steps.fpga",
        "fpga": "accelgen.steps.fpga",
        "get_data": "accelgen.steps.get_data",
        "host": "accelgen.steps.board.host",
        "import_model": "accelgen.steps.importing",
        "import_spikes": "accelgen.steps.importing_spikes",
        "info": "accelgen.steps.overview",
        "link_speed": "accelgen.steps.fpga",
        "list_data": "accelgen.steps.own_data",
        "list_models": "accelgen.steps.listing",
        "list_public": "accelgen.steps.get_data",
        "load": "accelgen.steps.board.loading",
        "options": "accelgen.steps.compare_hardware",
        "played": "accelgen.steps.board.counters",
        "power": "accelgen.steps.power",
        "report": "accelgen.steps.report",
        "rtl": "accelgen.steps.hardware",
        "sim": "accelgen.steps.simulation",
        "synth": "accelgen.steps.hardware",
        "train": "accelgen.steps.training",
        "train_recipe": "accelgen.steps.training",
        "unrolled": "accelgen.steps.hardware_file",
    },
)
