"""What a build for a board measured, noted for the page of boards."""

from __future__ import annotations

from pathlib import Path

from accelgen import steps
from accelgen.figures import Figure
from accelgen.flows.fpga import Resource
from accelgen.models import home
from accelgen.report.boards import BOARDS_TABLE, Build, add_build, boards_table, read_builds
from accelgen.report.documents import replace
from accelgen.steps.fpga import BoardBuild

__all__ = ["BUILDS", "earlier", "fill_boards", "record_build"]

#: Where builds are noted, below the checkout.
BUILDS = "docs/boards.json"


def record_build(built: BoardBuild) -> Path:
    """Note what `steps.fpga` has built; return the file."""
    datapath = built.datapath
    build = Build(
        model=built.name,
        board=built.board.name,
        title=built.board.title,
        hardware=f"{datapath.lanes} lanes, {built.weights}" if datapath.folded else datapath.describe(),
        digest=built.network_sha256,
        tools=built.bitstream.tools,
        fingerprint=built.fingerprint,
        figures={figure.name: figure for figure in _figures(built)},
    )
    return add_build(build, home() / BUILDS)


def _figures(built: BoardBuild) -> list[Figure]:
    command = f"accelgen fpga {built.name} --board {built.board.name}"
    clock, tool = {"clock": f"{built.clock_mhz:g} MHz"}, {"tool": built.bitstream.tools[-1]}
    figures = [
        Figure(kind.lower(), count.used, kind.replace("_", " "), "lower", command, _available(count))
        for kind, count in built.placement.resources.items()
    ]
    figures += [
        Figure("fmax", built.placement.fmax_mhz, "MHz", "higher", command, tool),
        Figure("clock", built.clock_mhz, "MHz", "higher", command),
    ]
    if built.images_per_second:
        cycles = {"cycles": f"{built.cycles_per_image:,}"}
        figures.append(
            Figure("images", built.images_per_second, "images/s", "higher", command, clock | cycles)
        )
    over, baud = built.images_per_second_over_link, {"baud": f"{built.baud:,}"}
    figures.append(Figure("images_over_link", over, "images/s", "higher", command, clock | baud))
    parts = {name: f"{seconds:g} s" for name, seconds in built.bitstream.seconds.items()}
    seconds = round(sum(built.bitstream.seconds.values()), 1)
    return [*figures, Figure("seconds", seconds, "s", "lower", command, parts)]


def _available(count: Resource) -> dict[str, str]:
    return {"available": f"{count.available:,}"}


def fill_boards() -> Path | None:
    """Write the table of boards into its page; return None if no build has been noted."""
    builds = read_builds(home() / BUILDS)
    if not builds:
        return None
    table = boards_table(builds, earlier(builds), BOARDS_TABLE.up)
    return replace(home(), {BOARDS_TABLE: table})[0]


def earlier(builds: list[Build]) -> list[Build]:
    """Return the builds whose command would build other hardware today; that takes a second for each."""
    return [
        build for build in builds if build.fingerprint != steps.board_fingerprint(build.model, build.board)
    ]
