"""What people see of what boards can do, and of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accelgen.cli.output import nothing, pairs, rows

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.boards import Fit
    from accelgen.steps.board.counters import Counted
    from accelgen.steps.board.demo import Drawings
    from accelgen.steps.board.host import Conversation
    from accelgen.steps.fpga import BoardBuild, BoardFits

__all__ = ["answered", "counts", "drawn", "fitting", "programmed"]

SHOWN = 20


def fitting(tried: BoardFits) -> None:
    """Show what `steps.fits` tried."""
    if not tried.fits:
        nothing([str(folder) for folder in tried.folders])
        return
    rows(
        ["model", "board", "fits", ""],
        [[fit.network, fit.board, "yes" if fit.fits else "no", _how(fit)] for fit in tried.fits],
    )


def _how(fit: Fit) -> str:
    if fit.datapath is None or not fit.fits:
        return "; ".join(fit.missing)
    hardware = fit.datapath.describe()
    spram = f", {fit.spram} SPRAMs" if fit.spram else ""
    return f"{hardware}, about {fit.luts:,} LUTs, {fit.blocks} block RAMs{spram}"


def programmed(build: BoardBuild) -> None:
    """Show what `steps.fpga` built."""
    placement = build.placement
    source = "the PLL makes" if build.faster else "the board has"
    lines = {
        "hardware": build.hardware,
        **{
            kind.replace("_", " "): f"{resource.used:,} of {resource.available:,}"
            for kind, resource in placement.resources.items()
        },
        "fastest clock": f"{placement.fmax_mhz:g} MHz; {source} {build.clock_mhz:g}"
        + ("" if placement.meets_clock else ": TOO SLOW"),
        "images per second": _rate(build),
        "seconds": ", ".join(f"{seconds} {name}" for name, seconds in build.bitstream.seconds.items()),
        "bitstream": f"{build.file}",
    }
    lines |= {"tables to load": f"{build.tables}"} if build.tables else {}
    lines |= {"note": build.board.note} if build.board.note else {}
    pairs(f"{build.name} on {build.board.title}", lines)


def _rate(build: BoardBuild) -> str:
    rate, over = build.images_per_second, build.images_per_second_over_link
    if over is None:
        return f"counted on the board, of {build.samples} samples: accelgen host {build.name} --pattern"
    inside = f"{rate:,.0f} inside, " if rate else ""
    return f"{inside}at most {over:,.0f} over the link at {build.baud:,} baud"


def counts(counted: Counted) -> None:
    """Show what a device has counted of its pattern."""
    if counted.wrong or counted.spoilt:
        verdict = f"{max(counted.wrong, 1):,} DIFFER from the golden model"
    else:
        verdict = "all as the golden model"
    lines = {
        "hardware": counted.hardware,
        "images per second": f"{counted.images_per_second:,.0f} at {counted.clock_mhz:g} MHz",
        "cycles per image": f"{counted.cycles_per_image:,.2f}, mean of {counted.results:,} results",
        "results": f"{counted.samples} samples round and round, {verdict}",
    }
    lines |= {"errors": f"the network REPORTS {', '.join(counted.errors)}"} if counted.errors else {}
    pairs(f"{counted.name} at {counted.port}", lines)


def answered(conversation: Conversation) -> None:
    """Show what `steps.host` heard."""
    wrong, classes = conversation.mismatches, conversation.classes
    lines = {
        "hardware": conversation.hardware,
        "network": conversation.network,
        "images": f"{conversation.images:,} ({conversation.data}), "
        + (f"{wrong} DIFFER" if wrong else "as the golden model"),
        "cycles per image": f"{conversation.cycles:,.1f} at {conversation.clock_mhz:g} MHz",
        "latency": f"{conversation.milliseconds:g} ms with the line",
        "line": f"{conversation.resent} requests sent again, {conversation.crc_errors} with a wrong CRC",
    }
    if conversation.correct is not None:
        lines["correct"] = f"{conversation.correct:,} of {conversation.images:,}"
    pairs(f"{conversation.name} at {conversation.port}", lines)

    def shown(said: int | tuple[float, ...]) -> str:
        return classes[said] if isinstance(said, int) else " ".join(f"{value:.4g}" for value in said)

    first = conversation.answers[0]
    right = [] if first.expected is None else ["label" if isinstance(first.expected, int) else "right"]
    rows(
        ["says" if first.values else "class", *right, "scores", "cycles", "ms"],
        [
            [
                shown(answer.values if answer.label is None else answer.label),
                *([] if answer.expected is None else [shown(answer.expected)]),
                " ".join(str(score) for score in answer.scores),
                answer.cycles,
                answer.milliseconds,
            ]
            for answer in conversation.answers[:SHOWN]
        ],
    )


def drawn(drawings: Drawings) -> None:
    """Show what came of the drawings of `steps.demo`."""
    wrong = drawings.mismatches
    verdict = f", {wrong} DIFFER" if wrong else ", all as the golden model"
    print(f"{drawings.name}: {drawings.answered} drawings answered" + (verdict if drawings.answered else ""))
