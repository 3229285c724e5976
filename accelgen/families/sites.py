"""What counts as a lookup table, so that families can be compared."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["COMPARED", "lut_sites"]

#: Families whose lookup tables have four inputs, and in which forms of hardware are compared.
COMPARED = ("ice40", "ecp5")


def lut_sites(counts: Mapping[str, float]) -> int:
    """Return the LUT4 sites that cells occupy, of ``counts`` of cells by the names of `COMPARED` families.

    On ECP5 an adder cell (CCU2C) takes two, and a memory of 16 words of 4 bits (TRELLIS_DPR16X4) six: four
    hold its words, and its write port is in the place of two more.
    """
    return int(counts["LUT4"] + 2 * counts.get("CCU2C", 0) + 6 * counts.get("TRELLIS_DPR16X4", 0))
