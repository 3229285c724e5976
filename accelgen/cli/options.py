"""Options that several commands share."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, get_args

import click

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import UNROLLED, Sums

__all__ = [
    "DATA",
    "DRAWN",
    "JSON",
    "LIBERTY",
    "MACROS",
    "MODEL",
    "NMNIST",
    "PATH",
    "TIMESTEPS",
    "given",
    "hardware",
]


class _Path(click.Path):
    """A path; an empty one, as an unset variable of a shell leaves it, would mean the working folder."""

    def convert(self, value, param, ctx):
        if value == "":
            self.fail("must name something, and is empty", param, ctx)
        return super().convert(value, param, ctx)


class _Lanes(click.ParamType):
    """Lanes: a number; or as many as there are layers, with commas, as pairs of engines and lanes of each."""

    name = "lanes"

    def get_metavar(self, param, ctx=None):
        return "N[,N...]"

    def convert(self, value: Any, param, ctx):
        if isinstance(value, int | tuple):
            return value
        parts = value.split(",")
        each = len(parts) > 1 or "x" in value or value == UNROLLED
        pairs = [("1", "x", "0") if part == UNROLLED else part.rpartition("x") for part in parts]
        try:
            found = tuple((int(units if times else "1"), int(lanes)) for units, times, lanes in pairs)
        except ValueError:
            what = "is no number, nor numbers with commas as 2x64,32,16 or 64,unrolled"
            self.fail(f"{value!r} {what}", param, ctx)
        if any(units < 1 for units, _ in found):
            self.fail(f"{value!r} has a layer of no engine, and each has at least 1", param, ctx)
        # an unrolled layer is one of no lanes from here on, and whoever wants one says so
        if each and sum(not lanes for _, lanes in found) > parts.count(UNROLLED):
            what = f"has a layer of no lanes; of one whose weights are gates say {UNROLLED}"
            self.fail(f"{value!r} {what}", param, ctx)
        return found if each else found[0][1]


PATH = _Path(path_type=Path)
MODEL = click.argument("model")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
DATA = click.option(
    "--data",
    type=PATH,
    help="Folder that holds data sets, as mnist/ (default: ACCELGEN_DATA, else fetched into a cache); "
    "or the file or folder of the network's own data.",
)


NMNIST = click.option("--nmnist", type=PATH, help="Folder of N-MNIST recordings to read instead of MNIST.")
DRAWN = click.option(
    "--bernoulli",
    "drawn",
    type=int,
    metavar="SEED",
    help="Draw the spikes of pixels anew for each timestep of each image; they enter as events.",
)
LIBERTY = click.option("--liberty", type=PATH, required=True, help="Standard cells, gzipped or not.")
MACROS = click.option(
    "--macros",
    type=PATH,
    multiple=True,
    help="SRAM macros for the memories: a Liberty file, or a folder of them; may be repeated.",
)
TIMESTEPS = click.option("--timesteps", type=int, help="Of a spiking network (default: as it was trained).")


def given(command):
    """Add the options of samples that are handed over or drawn, and pass them on as ``given``."""

    @functools.wraps(command)
    def collected(*arguments, inputs, labels, drawn_samples, **rest):
        from accelgen.steps.given import Given

        return command(*arguments, given=Given(inputs, labels, drawn_samples), **rest)

    for option in (
        click.option(
            "--random", "drawn_samples", type=int, metavar="N", help="Take N random samples instead."
        ),
        click.option("--labels", type=PATH, help="Classes of the inputs, from 0: an .npy file."),
        click.option(
            "--inputs",
            type=PATH,
            help="Take the samples of an .npy file (features, or pixels of 0 to 255), or of WAV files.",
        ),
    ):
        collected = option(collected)
    return collected


def hardware(command):
    """Add the options of the hardware, and pass them on as ``options``; None where nothing was said."""

    @functools.wraps(command)
    def collected(
        *arguments,
        lanes,
        weights,
        out,
        stream,
        early_stop,
        pipelined,
        cycles,
        rate,
        unrolled,
        interval,
        stages,
        sums,
        clock_driven,
        compact,
        tdata_width,
        **rest,
    ):
        if pipelined and unrolled is False:
            raise InvalidOption("hardware is pipelined or folded, not both")
        own = isinstance(lanes, tuple)  # each layer has its own
        options = {"lanes": None if own else lanes}
        if own:
            options |= {"layer_units": tuple(n for n, _ in lanes), "layer_lanes": tuple(n for _, n in lanes)}
        options |= {"weights": weights, "out": out, "stream": stream, "pipelined": pipelined}
        if rate is not None:
            from accelgen.steps.pace import cycles_of_rate

            if cycles is not None:
                raise InvalidOption("a rate or cycles of an image, not both: one follows from the other")
            if "clock" not in rest:
                raise InvalidOption("rate: this command has no clock to count by; ask for cycles of an image")
            cycles = cycles_of_rate(rate, rest["clock"])
        options["cycles"] = cycles
        options |= {
            "early_stop": early_stop,
            "unrolled": unrolled,
            "interval": interval,
            "stages": stages,
            "sums": sums,
            "tdata_width": tdata_width,
            "skip_zeros": False if clock_driven else None,
            "compact": compact,
        }
        return command(*arguments, options=options, **rest)

    for option in (
        click.option(
            "--tdata-width",
            type=int,
            metavar="BITS",
            help="Of s_axis_tdata, a power of two (default: the bytes that a beat of pixels needs).",
        ),
        click.option(
            "--compact/--no-compact",
            default=None,
            help="Build a folded engine of dense layers of fewer lookup tables, for more flip-flops and "
            "block RAM: for FPGAs.",
        ),
        click.option(
            "--clock-driven",
            is_flag=True,
            help="Build an engine that spends a cycle on every input, to compare with.",
        ),
        click.option(
            "--sums",
            type=click.Choice(get_args(Sums)),
            help="How unrolled layers add (default: chains with an interval, else trees).",
        ),
        click.option(
            "--stages",
            type=int,
            help="Ranks of registers in a pipeline (default: one a layer, and one for the class; of one that "
            "spikes, one for what enters, too).",
        ),
        click.option(
            "--interval",
            type=int,
            metavar="CLOCKS",
            help="Make an unrolled network a pipeline: an image every CLOCKS, a result a beat; of one that "
            "spikes an image takes its timesteps, if those are more.",
        ),
        click.option(
            "--pipelined",
            is_flag=True,
            default=None,
            help="Give every layer an engine of its own, and let each work on another image.",
        ),
        click.option(
            "--rate",
            type=float,
            metavar="IMAGES/S",
            help="The same as images a second, at the MHz of --clock.",
        ),
        click.option(
            "--cycles",
            type=int,
            help="Choose the least lanes of each layer of a pipeline that take so many cycles for an image, "
            "mean over samples.",
        ),
        click.option(
            "--unrolled/--folded",
            default=None,
            help="Make every weight its own gates, a layer a cycle, or share lanes.",
        ),
        click.option(
            "--early-stop",
            is_flag=True,
            default=None,
            help="Let a spiking network stop at a lead set at run time.",
        ),
        click.option(
            "--stream",
            type=click.Choice(["auto", "pixels", "events"]),
            help="How the input of a spiking network enters (default: as it was made).",
        ),
        click.option("--out", type=PATH, help="Folder to write (default: rtl_out/MODEL)."),
        click.option(
            "--weights",
            type=click.Choice(["rom", "ram"]),
            help="Tables as constants, or loaded over a stream (default: rom).",
        ),
        click.option(
            "--lanes",
            type=_Lanes(),
            help="Multiply-accumulate lanes, 4 to 64 as a rule (default: 16); as 2x64,32,16 those of each "
            "layer of a pipeline, of which the first has two engines; as 64,32,unrolled the last has "
            "no lanes, and its weights are gates.",
        ),
    ):
        collected = option(collected)
    return collected
