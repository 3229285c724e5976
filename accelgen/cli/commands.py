"""One function for each command but those of boards and of models; what they do is in `accelgen.steps`."""

from __future__ import annotations

import sys

import click

from accelgen import steps
from accelgen.cli.boards import fpga, host, load
from accelgen.cli.cards import card, tables, train
from accelgen.cli.comparing import options
from accelgen.cli.data import data
from accelgen.cli.explore import EXPLORING
from accelgen.cli.interop import export, import_
from accelgen.cli.options import (
    DATA,
    DRAWN,
    JSON,
    LIBERTY,
    MACROS,
    MODEL,
    NMNIST,
    PATH,
    TIMESTEPS,
    given,
    hardware,
)
from accelgen.cli.output import note, nothing, pairs, rows, show
from accelgen.cli.views import described, evaluated, generated, powered, projected, simulated
from accelgen.cli.views import hardware as hardware_of
from accelgen.families import TARGETS
from accelgen.rtl.bus.fronts import BUSES

__all__ = ["COMMANDS"]


@click.command("list")
@JSON
def list_(as_json):
    """List the models.

    \b
    Example:
      accelgen list --json
    """

    def view(listed):
        if not listed.models:
            nothing(listed.folders)
            return
        rows(
            ["model", "trained", "accuracy"],
            [
                [m.name, "yes" if m.trained else "no", f"{m.accuracy:.2%}" if m.accuracy else "-"]
                for m in listed.models
            ],
        )

    show(steps.list_models(), as_json, view)


@click.command()
@MODEL
@JSON
def info(model, as_json):
    """Show layers, compression and every stored bit of a network.

    \b
    Example:
      accelgen info mnist_3b_8x
    """
    show(steps.info(model), as_json, described)


@click.command("eval")
@MODEL
@DATA
@TIMESTEPS
@click.option("--margin", "margins", type=int, multiple=True, help="Lead to stop at; may be repeated.")
@click.option("--early-stop", is_flag=True, help="Choose a margin on the validation images, and measure it.")
@NMNIST
@DRAWN
@given
@JSON
def evaluate(model, as_json, **options):
    """Measure the accuracy of the integer model on the full official test set.

    A spiking network is measured at every timestep.

    \b
    Example:
      accelgen eval mnist_3b_8x --data ../data
      accelgen eval mnist_snn_di --timesteps 8 --early-stop
      accelgen eval wine --inputs new.npy --labels classes.npy
    """
    show(steps.evaluate(model, **options), as_json, evaluated)


@click.command()
@MODEL
@hardware
@click.option("--name", help="Of the top; the names of all modules begin with it (default: the network's).")
@click.option(
    "--rom",
    type=click.Choice(["initial", "case", "hex"]),
    default="initial",
    show_default=True,
    help="Constants as start values, as cases (for ASIC synthesis), or as files that $readmemh reads.",
)
@click.option(
    "--bus",
    type=click.Choice(BUSES),
    help="Put the network behind registers of a bus; a C driver and an SVD file come with it.",
)
@click.option("--axi-names", is_flag=True, help="Call clock and reset aclk and aresetn (active low).")
@click.option("--clock", type=float, help="MHz that the constraints say (default: 100).")
@click.option("--minimal", is_flag=True, help="Write the Verilog, what it reads, and the manifest alone.")
@JSON
def rtl(model, options, as_json, **how):
    """Write a network as Verilog, with a manifest and files for those who build it in.

    \b
    Example:
      accelgen rtl mnist_3b_8x --lanes 16 --weights ram
      accelgen rtl mnist_3b_8x --bus axi-lite
    """
    show(steps.rtl(model, **how, **options), as_json, generated)


@click.command()
@MODEL
@hardware
@DATA
@click.option("--images", type=int, help="Test images (default: all for Verilator, 8 for Icarus).")
@click.option(
    "--simulator", type=click.Choice(["verilator", "icarus"]), default="verilator", show_default=True
)
@TIMESTEPS
@click.option("--margin", type=int, help="Lead at which a spiking network stops early; builds --early-stop.")
@NMNIST
@DRAWN
@given
@JSON
def sim(model, options, as_json, **how):
    """Compare the Verilog with the golden model, bit for bit.

    Verilator plays every test image through a batch bench; Icarus plays a sample under cocotb, with random
    pauses and malformed frames. Every score is compared, not only the class.

    \b
    Example:
      accelgen sim mnist_3b_8x --images 1000
      accelgen sim mnist_3b_8x --random 100
    """

    def view(simulation):
        verdict = "EQUAL" if not simulation.mismatches else "DIFFERENT"
        pairs(f"{simulation.name} in {simulation.simulator}: {verdict}", simulated(simulation))

    simulation = steps.sim(model, say=note, **how, **options)
    show(simulation, as_json, view)
    if simulation.faulty:
        sys.exit(1)


@click.command()
@MODEL
@hardware
@click.option(
    "--target",
    type=click.Choice([*TARGETS, "liberty"]),
    default="generic",
    show_default=True,
)
@click.option("--liberty", type=PATH, help="Standard-cell library, for --target liberty.")
@JSON
def synth(model, options, target, liberty, as_json):
    """Report area by Yosys, memories apart from logic.

    \b
    Example:
      accelgen synth mnist_3b_8x --target ice40
      accelgen synth mnist_3b_8x --target liberty --liberty cells.lib
    """

    def view(synthesis):
        manifest = synthesis.manifest
        logic = {name: f"{value:,}" for name, value in synthesis.area.logic.items()}
        pairs(f"{manifest.name} for {target}", {"hardware": hardware_of(synthesis.form)} | logic)
        rows(
            ["memory", "words", "bits", "kind", "total bits"],
            [[m.name, m.depth, m.width, m.kind, m.bits] for m in manifest.memories],
        )

    show(steps.synth(model, target=target, liberty=liberty, **options), as_json, view)


@click.command()
@MODEL
@hardware
@DATA
@LIBERTY
@MACROS
@click.option(
    "--clock", type=float, help="MHz (default: 800, or what the slowest path allows if that is less)."
)
@click.option("--images", type=int, default=100, show_default=True, help="Test images to play.")
@TIMESTEPS
@click.option("--margin", type=int, help="Lead at which a spiking network stops early.")
@click.option(
    "--by-timestep",
    type=int,
    default=0,
    metavar="IMAGES",
    help="Of a spiking network: play so many images again for each number of timesteps.",
)
@click.option("--second-opinion", "opinion", is_flag=True, help="Ask OpenSTA for the power too, and compare.")
@JSON
def power(model, options, as_json, **how):
    """Estimate energy per classification from real images through the mapped netlist.

    The network is mapped to standard cells, its netlist plays test images and is compared with the golden
    model bit for bit; what every net did, glitches included, and what the Liberty files say of it give the
    energy. Wires have the library's wire-load model. The clock tree's buffers are not in it. With OpenSTA
    (apt install opensta) the slowest path is reported, and must be fast enough for the clock.

    \b
    Example:
      accelgen power mnist_3b_8x --weights ram --liberty cells.lib --macros srams/
    """
    show(steps.power(model, say=note, **how, **options), as_json, powered)


@click.command()
@MODEL
@click.option(
    "--flow",
    type=click.Choice(["orfs", "librelane"]),
    default="orfs",
    show_default=True,
    help="OpenROAD-flow-scripts, or LibreLane.",
)
@click.option(
    "--platform",
    type=click.Choice(["nangate45", "sky130hd"]),
    help="Process and standard cells (default: nangate45; of LibreLane sky130hd, which alone it has).",
)
@click.option("--clock", type=float, help="MHz (default: 250 in nangate45, 50 in sky130hd).")
@hardware
@JSON
def asic(model, options, as_json, **how):
    """Write a project that a layout flow can run as it is: sources, configuration, clock, and how to run it.

    OpenROAD-flow-scripts makes layouts in nangate45 and sky130hd, LibreLane in sky130hd. Neither is needed to
    write a project; if LibreLane is installed (pip install 'accelgen[asic]'), it checks its configuration.
    Constant tables become logic, and memories that are written become flip-flops; with --weights ram tables
    become the SRAM macros of nangate45. Without --out the project is rtl_out/MODEL/FLOW_PLATFORM.

    \b
    Example:
      accelgen asic mnist_3b_8x --flow orfs --platform nangate45 --clock 250
      accelgen asic mnist_snn_di --flow librelane --platform sky130hd --out project
    """
    show(steps.asic(model, say=note, **how, **options), as_json, projected)


@click.command()
@click.option("--clear", is_flag=True, help="Remove them; each is compiled again when it is wanted.")
@JSON
def cache(clear, as_json):
    """Show the simulators that were compiled and are kept, or remove them.

    They are in programs/ below ACCELGEN_CACHE or the user's cache folder, which only the user may write to;
    what was not used for 90 days goes by itself, and the oldest where they are more than 500 MB.

    \b
    Example:
      accelgen cache --clear
    """

    def view(kept):
        removed = {"removed": f"{kept.removed:,}"} if clear else {}
        size = f"{kept.programs:,}, {kept.bytes / 1e6:,.1f} MB"
        pairs("simulators", {"folder": kept.folder, **removed, "kept": size})

    show(steps.cache(clear=clear), as_json, view)


COMMANDS = [
    list_,
    info,
    evaluate,
    rtl,
    sim,
    synth,
    power,
    options,
    asic,
    fpga,
    load,
    host,
    data,
    export,
    import_,
    train,
    card,
    tables,
    cache,
    *EXPLORING,
]
