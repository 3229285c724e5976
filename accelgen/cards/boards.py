"""What builds for boards measured, noted for the page of boards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accelgen import steps
from accelgen.errors import InvalidRequest
from accelgen.figures import Figure
from accelgen.flows.fpga import Resource
from accelgen.models import home
from accelgen.report.boards import (
    BOARDS_TABLE,
    PATTERN_COLUMNS,
    PATTERNS_TABLE,
    Build,
    add_build,
    boards_table,
    read_builds,
)
from accelgen.report.documents import replace
from accelgen.rtl.datapath import lanes_by_layer
from accelgen.steps.board.counters import Counted
from accelgen.steps.fpga import BAUD, BoardBuild

__all__ = ["BUILDS", "PATTERNS", "earlier", "fill_boards", "record_build", "record_pattern"]

#: Where builds are noted, below the checkout: behind the link, and with a pattern.
BUILDS, PATTERNS = "docs/boards.json", "docs/patterns.json"


def record_build(built: BoardBuild) -> Path:
    """Note what `steps.fpga` has built; return the file."""
    return _noted(built, [*_placed(built), *_behind_link(built), _seconds(built)], BUILDS)


def record_pattern(built: BoardBuild, counted: Counted) -> Path:
    """Note what `steps.fpga` has built with a pattern, and `steps.played` has counted; return the file.

    Raises
    ------
    InvalidRequest
        If a result was wrong, or the clock is not reached: there are no images a second of that.
    """
    if not counted.right:
        raise InvalidRequest(f"{built.name}: results differ from the golden model's: nothing is noted")
    if not built.placement.meets_clock:
        raise InvalidRequest(
            f"{built.name}: the fastest clock of {built.board.name} is {built.placement.fmax_mhz:g} MHz, and "
            f"not {built.clock_mhz:g}: nothing is noted"
        )
    return _noted(built, [*_placed(built), *_counted(built, counted), _seconds(built)], PATTERNS)


def _noted(built: BoardBuild, figures: list[Figure], file: str) -> Path:
    datapath = built.datapath
    build = Build(
        model=built.name,
        board=built.board.name,
        title=built.board.title,
        hardware=f"{datapath.lanes} lanes, {built.weights}" if datapath.folded else datapath.describe(),
        digest=built.network_sha256,
        tools=built.bitstream.tools,
        fingerprint=built.fingerprint,
        figures={figure.name: figure for figure in figures},
        how=built.how if built.samples else {},
    )
    return add_build(build, home() / file)


def _command(built: BoardBuild) -> str:
    """Return what builds it again."""
    command = f"accelgen fpga {built.name} --board {built.board.name}"
    return " ".join([command, *_options(built.how)]) if built.samples else command


def _options(how: dict[str, Any]) -> list[str]:
    """Return options of a design as the command line has them."""
    said = []
    for name, value in how.items():
        if name == "layer_lanes":
            said.append(f"--lanes {','.join(lanes_by_layer(value, how.get('layer_units')))}")
        elif name == "unrolled":
            said.append("--unrolled" if value else "--folded")
        elif name == "skip_zeros":
            said.append("--clock-driven")
        elif name != "layer_units":
            option = f"--{name.replace('_', '-')}"
            text = f"{value:.12g}" if isinstance(value, float) else value
            said.append(option if value is True else f"{option} {text}")
    return said


def _placed(built: BoardBuild) -> list[Figure]:
    command, tool = _command(built), {"tool": built.bitstream.tools[-1]}
    return [
        *(
            Figure(kind.lower(), count.used, kind.replace("_", " "), "lower", command, _available(count))
            for kind, count in built.placement.resources.items()
        ),
        Figure("fmax", built.placement.fmax_mhz, "MHz", "higher", command, tool),
        Figure("clock", built.clock_mhz, "MHz", "higher", command),
    ]


def _behind_link(built: BoardBuild) -> list[Figure]:
    command, clock = _command(built), {"clock": f"{built.clock_mhz:g} MHz"}
    figures = []
    if built.images_per_second:
        cycles = {"cycles": f"{built.cycles_per_image:,}"}
        figures.append(
            Figure("images", built.images_per_second, "images/s", "higher", command, clock | cycles)
        )
    if (over := built.images_per_second_over_link) is not None:
        baud = {"baud": f"{built.baud:,}"}
        figures.append(Figure("images_over_link", over, "images/s", "higher", command, clock | baud))
    return figures


def _counted(built: BoardBuild, counted: Counted) -> list[Figure]:
    """Return images a second of a pattern, and of the folded network that a link feeds, if there is one."""
    command, clock = _command(built), {"clock": f"{built.clock_mhz:g} MHz"}
    samples = {"samples": f"{counted.samples}"}
    cycles, rate = round(counted.cycles_per_image, 3), counted.images_per_second
    figures = [
        Figure("cycles", cycles, "cycles", "lower", f"{command} --simulate", samples),
        Figure("images", rate, "images/s", "higher", f"{command} --simulate", clock | samples),
    ]
    inside, over = steps.link_speed(built.name, built.board.name) or (None, None)
    if inside and over:
        link = f"accelgen fpga {built.name} --board {built.board.name} --folded"
        board = {"clock": f"{built.board.clock_hz / 1e6:g} MHz"}
        figures += [
            Figure("folded", inside, "images/s", "higher", link, board),
            Figure("times", round(rate / inside, 3), "ratio", "higher", command),
            Figure("over_link", over, "images/s", "higher", link, board | {"baud": f"{BAUD:,}"}),
        ]
    return figures


def _seconds(built: BoardBuild) -> Figure:
    parts = {name: f"{seconds:g} s" for name, seconds in built.bitstream.seconds.items()}
    seconds = round(sum(built.bitstream.seconds.values()), 1)
    return Figure("seconds", seconds, "s", "lower", _command(built), parts)


def _available(count: Resource) -> dict[str, str]:
    return {"available": f"{count.available:,}"}


def fill_boards() -> Path | None:
    """Write the tables of boards into their page; return None if no build has been noted."""
    linked, patterns = (read_builds(home() / file) for file in (BUILDS, PATTERNS))
    parts = {}
    if linked:
        parts[BOARDS_TABLE] = boards_table(linked, earlier(linked), BOARDS_TABLE.up)
    if patterns:
        parts[PATTERNS_TABLE] = boards_table(patterns, earlier(patterns), PATTERNS_TABLE.up, PATTERN_COLUMNS)
    return replace(home(), parts)[0] if parts else None


def earlier(builds: list[Build]) -> list[Build]:
    """Return the builds whose command would build other hardware today; that takes a second for each."""
    return [
        build
        for build in builds
        if build.fingerprint != steps.board_fingerprint(build.model, build.board, **build.how)
    ]
