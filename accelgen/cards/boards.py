"""What a build for a board measured, noted for the page of boards."""

from __future__ import annotations

from pathlib import Path

from accelgen import steps
from accelgen.figures import Figure
from accelgen.models import home
from accelgen.report.boards import BOARDS_TABLE, Build, add_build, boards_table, read_builds
from accelgen.report.documents import replace

__all__ = ["BUILDS", "earlier", "fill_boards", "record_build"]

#: Where builds are noted, below the checkout.
BUILDS = "docs/boards.json"


def record_build(built: dict) -> Path:
    """Note what `steps.fpga` has built; return the file."""
    hardware = "unrolled" if built["unrolled"] else f"{built['lanes']} lanes, {built['weights']}"
    build = Build(
        model=built["name"],
        board=built["board"],
        title=built["title"],
        hardware=hardware,
        digest=built["network_sha256"],
        tools=built["tools"],
        fingerprint=built["fingerprint"],
        figures={figure.name: figure for figure in _figures(built)},
    )
    return add_build(build, home() / BUILDS)


def _figures(built: dict) -> list[Figure]:
    command = f"accelgen fpga {built['name']} --board {built['board']}"
    clock = {"clock": f"{built['clock_mhz']:g} MHz"}
    found = [
        Figure(kind.lower(), count["used"], kind.replace("_", " "), "lower", command, _available(count))
        for kind, count in built["resources"].items()
    ]
    found += [
        Figure("fmax", built["fmax_mhz"], "MHz", "higher", command, {"tool": built["tools"][-1]}),
        Figure("clock", built["clock_mhz"], "MHz", "higher", command),
    ]
    if built["images_per_second"]:
        cycles = {"cycles": f"{built['cycles_per_image']:,}"}
        found.append(
            Figure("images", built["images_per_second"], "images/s", "higher", command, clock | cycles)
        )
    over = built["images_per_second_over_link"]
    baud = {"baud": f"{built['baud']:,}"}
    found.append(Figure("images_over_link", over, "images/s", "higher", command, clock | baud))
    parts = {name: f"{seconds:g} s" for name, seconds in built["seconds"].items()}
    seconds = round(sum(built["seconds"].values()), 1)
    return [*found, Figure("seconds", seconds, "s", "lower", command, parts)]


def _available(count: dict) -> dict[str, str]:
    return {"available": f"{count['available']:,}"}


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
