"""What people see of what boards can do, and of what they say."""

from __future__ import annotations

from accelgen.cli.output import nothing, pairs, rows
from accelgen.rtl.datapath import describe

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


def answered(found: dict) -> None:
    """Show what `steps.host` heard."""
    verdict = "as the golden model" if not found["mismatches"] else f"{found['mismatches']} DIFFER"
    lines = {
        "hardware": found["hardware"],
        "network": found["network"],
        "images": f"{found['images']:,} ({found['data']}), {verdict}",
        "cycles per image": f"{found['cycles']:,.1f} at {found['clock_mhz']:g} MHz",
        "latency": f"{found['milliseconds']:g} ms with the line",
        "line": f"{found['resent']} requests sent again, {found['crc_errors']} with a wrong CRC",
    }
    if found["correct"] is not None:
        lines["correct"] = f"{found['correct']:,} of {found['images']:,}"
    pairs(f"{found['name']} at {found['port']}", lines)
    rows(
        ["class", "label", "scores", "cycles", "ms"],
        [
            [
                found["classes"][one["label"]],
                "-" if one["expected"] is None else found["classes"][one["expected"]],
                " ".join(str(score) for score in one["scores"]),
                one["cycles"],
                one["milliseconds"],
            ]
            for one in found["answers"][:SHOWN]
        ],
    )


def drawn(found: dict) -> None:
    """Show what came of the drawings of `steps.demo`."""
    verdict = "all as the golden model" if not found["mismatches"] else f"{found['mismatches']} DIFFER"
    print(
        f"{found['name']}: {found['answered']} drawings answered"
        + (f", {verdict}" if found["answered"] else "")
    )
