"""Show that a property holds, that its proof is not vacuous, and that its fault is found."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from accelgen.flows import prove
from sim.formal.proof import Proof, elaborated

__all__ = ["HEAD", "Row", "both", "shown", "table"]

HEAD = ("property", "design", "method", "depth", "seconds", "cover", "mutant")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a proof.

    Attributes
    ----------
    property, design, method : str
        What was to be shown, of what, and how.
    depth : int
        Cycles; 0 for gates.
    seconds : float
        Taken by all of it.
    cover : str
        The cycle in which the last thing that must be possible was reached, or what was not.
    mutant : str
        "caught" or "NOT CAUGHT".
    failure : str
        Where the property fails; empty if it holds.
    """

    property: str
    design: str
    method: str
    depth: int
    seconds: float
    cover: str
    mutant: str
    failure: str

    @property
    def good(self) -> bool:
        """The property holds, everything was reached and the fault was caught."""
        return not self.failure and self.mutant == "caught" and "NOT" not in self.cover

    def facts(self) -> dict:
        """Return the row for machines."""
        return asdict(self) | {"good": self.good}


def shown(proof: Proof, designs: tuple[str, str], folder: Path) -> Row:
    """Run a proof and its mutant.

    Parameters
    ----------
    proof : Proof
        What is to be shown.
    designs : tuple of str
        The design as RTLIL, without and with the fault; see `both`.
    folder : Path
        Folder for files and logs.
    """
    start = time.monotonic()
    sound, faulty = designs
    cycles = proof.covers or proof.depth
    if proof.method == "gates":
        failure = "it does follow" if prove.follows(sound, "top", *proof.cone, folder) else ""
        caught = prove.follows(faulty, "top", *proof.cone, folder / "mutant")
        cover = "it is read"
    else:
        smt2 = prove.problem(sound, "top", folder, any_start=proof.any_start)
        step, missed = prove.reached(smt2, cycles)
        cover = f"NOT {', '.join(missed)}" if missed else f"cycle {step}"
        failure = prove.always(smt2, proof.depth)
        if proof.method == "induction" and not failure:
            failure = prove.inductive(smt2, proof.depth)
        mutant = prove.problem(faulty, "top", folder / "mutant", any_start=proof.any_start)
        caught = prove.always(mutant, cycles) is not None
    return Row(
        proof.says,
        proof.design,
        proof.method,
        proof.depth,
        round(time.monotonic() - start, 1),
        cover,
        "caught" if caught else "NOT CAUGHT",
        failure or "",
    )


def both(proof: Proof) -> tuple[str, str]:
    """Return the design of a proof, without and with its fault; one thread at a time."""
    return elaborated(proof), elaborated(proof, proof.mutant)


def table(rows: list[Row]) -> str:
    """Return rows as columns for a terminal."""
    lines = [HEAD] + [
        (
            row.property,
            row.design,
            row.method,
            str(row.depth) if row.depth else "",
            f"{row.seconds:.1f}",
            row.cover,
            row.mutant + (f"  FAILED: {row.failure}" if row.failure else ""),
        )
        for row in rows
    ]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
