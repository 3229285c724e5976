"""What ours has to reach, and whether it did."""

from __future__ import annotations

from bench.area import luts
from bench.rows import FLAGSHIP, OURS

__all__ = ["UP5K", "goals"]

#: An iCE40 UP5K: LUT4, and block RAMs of 4 kbit.
UP5K = {"LUT4": 5280, "RAM40": 30}


def goals(rows: list[dict]) -> list[dict]:
    """Return each goal whose network was built, with what was measured and whether that is enough.

    Returns
    -------
    list of dict
        ``goal``, ``measured``, and ``met``: True, False, or None if a peer's figure is missing.
    """
    entries = []
    if row := _folded(rows, "64-32-10 n8"):
        lut4, clocks = row["area"]["ice40"]["LUT4"], row["clocks"]
        entries.append(
            {
                "goal": "64-32-10 n8 folded: at most 300 clocks in at most 1,000 iCE40 LUT4",
                "measured": f"{clocks:,.0f} clocks in {lut4:,} LUT4",
                "met": clocks <= 300 and lut4 <= 1000,
            }
        )
    if row := _folded(rows, "784-64-10 n8"):
        entries += _up5k(row, next((other for other in _built(rows, row["work"], "nngen")), None))
    if row := _folded(rows, FLAGSHIP, "folded, compact") or _folded(rows, FLAGSHIP):
        cells = row["area"]["ecp5"]
        entries.append(
            {
                "goal": f"{FLAGSHIP}, {row['form']}: under 1,500 sites of ECP5 beside its memories",
                "measured": f"{luts(cells):,} LUT4 sites "
                + "({LUT4:,} LUT4, {CCU2C:,} CCU2C, {TRELLIS_DPR16X4} DPR16X4), {DP16KD} DP16KD".format(
                    **cells
                ),
                "met": luts(cells) < 1500,
            }
        )
    if row := _folded(rows, FLAGSHIP, "folded, compact"):
        lut4 = row["area"]["ice40"]["LUT4"]
        entries.append(
            {
                "goal": f"{FLAGSHIP}, {row['form']}: at most 1,700 iCE40 LUT4",
                "measured": "{LUT4:,} LUT4, {RAM40} block RAMs".format(**row["area"]["ice40"]),
                "met": lut4 <= 1700,
            }
        )
    return entries


def _up5k(row: dict, nngen: dict | None) -> list[dict]:
    cells = row["area"]["ice40"]
    fits = {
        "goal": "784-64-10 n8 folded: fits a UP5K ({LUT4:,} LUT4, {RAM40} block RAMs)".format(**UP5K),
        "measured": "{LUT4:,} LUT4, {RAM40} block RAMs".format(**cells),
        "met": all(cells[kind] <= most for kind, most in UP5K.items()),
    }
    share = {
        "goal": "784-64-10 n8 folded: at most a hundredth of NNgen's clocks",
        "measured": f"{row['clocks']:,.0f} clocks, and NNgen was not run",
        "met": None,
    }
    if nngen and nngen["clocks"]:
        share["measured"] = (
            f"{row['clocks']:,.0f} of {nngen['clocks']:,}: 1/{nngen['clocks'] / row['clocks']:.0f}"
        )
        share["met"] = 100 * row["clocks"] <= nngen["clocks"]
    return [fits, share]


def _built(rows: list[dict], work: str, tool: str) -> list[dict]:
    return [row for row in rows if row["work"] == work and row["tool"].startswith(tool) and "clocks" in row]


def _folded(rows: list[dict], work: str, form: str = "folded") -> dict | None:
    """Return our first row of a network whose form begins so, and that was mapped."""
    return next(
        (row for row in _built(rows, work, OURS) if row["form"].startswith(form) and "area" in row), None
    )
