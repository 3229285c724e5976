"""What people see of what boards can do, and of what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accelgen.cli.output import nothing, pairs, rows
from accelgen.rtl.datapath import describe

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.steps.board.demo import Drawings
    from accelgen.steps.board.host import Conversation

__all__ = ["answered", "drawn", "fitting", "programmed"]

SHOWN = 20


def fitting(found: dict) -> None:
    """Show what `steps.fits` found."""
    if not found["fits"]:
        nothing(found["folders"])
        return
    rows(
        ["model", "board", "fits", ""],
        [
            [entry["model"], entry["board"], "yes" if entry["fits"] else "no", _how(entry)]
            for entry in found["fits"]
        ],
    )


def _how(entry: dict) -> str:
    if not entry["fits"]:
        return "; ".join(entry["missing"])
    spram = f", {entry['sprams']} SPRAMs" if entry["sprams"] else ""
    return (
        f"{_hardware(entry)}, about {entry['luts_estimated']:,} LUTs, {entry['block_rams']} block RAMs{spram}"
    )


def _hardware(entry: dict) -> str:
    return describe(None if entry["unrolled"] else entry["lanes"], entry["weights"])


def programmed(found: dict) -> None:
    """Show what `steps.fpga` built."""
    used = found["resources"]
    rate = found["images_per_second"]
    lines = {
        "hardware": _hardware(found),
        **{
            kind.replace("_", " "): f"{count['used']:,} of {count['available']:,}"
            for kind, count in used.items()
        },
        "fastest clock": f"{found['fmax_mhz']:g} MHz; the board has {found['clock_mhz']:g}"
        + ("" if found["meets_clock"] else ": TOO SLOW"),
        "images per second": (f"{rate:,.0f} inside, " if rate else "")
        + f"at most {found['images_per_second_over_link']:,.0f} over the link at {found['baud']:,} baud",
        "seconds": ", ".join(f"{seconds} {name}" for name, seconds in found["seconds"].items()),
        "bitstream": found["bitstream"],
    }
    lines |= {"tables to load": found["tables"]} if found["tables"] else {}
    lines |= {"note": found["note"]} if found["note"] else {}
    pairs(f"{found['name']} on {found['title']}", lines)


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
    rows(
        ["class", "label", "scores", "cycles", "ms"],
        [
            [
                classes[answer.label],
                "-" if answer.expected is None else classes[answer.expected],
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
