"""Rows as Markdown, and ours over each peer."""

from __future__ import annotations

from bench.area import luts
from bench.rows import OURS

__all__ = ["markdown", "ratios", "text"]

MEMORIES = {"ice40": "RAM40", "ecp5": "DP16KD"}


def ratios(rows: list[dict]) -> list[dict]:
    """Return, for each of our rows and each peer on the same network, ours divided by the peer's.

    Returns
    -------
    list of dict
        ``ours``, ``peer``, and the quotients ``ice40``, ``ecp5``, ``ff`` and ``clocks``; below 1 ours is
        less. ``lut_clocks`` is the quotient of LUT4 times clocks on iCE40: the area that a result occupies.
    """
    comparisons = []
    built = [row for row in rows if "area" in row]
    for mine in (row for row in built if row["tool"] == OURS):
        for peer in (row for row in built if row["tool"] != OURS and row["work"] == mine["work"]):
            quotients = {
                target: luts(mine["area"][target]) / luts(peer["area"][target]) for target in MEMORIES
            }
            quotients["ff"] = mine["area"]["ice40"]["FF"] / peer["area"]["ice40"]["FF"]
            time = mine["clocks"] / peer["clocks"] if peer["clocks"] else None
            times = {"clocks": time, "lut_clocks": time and quotients["ice40"] * time}
            names = {"work": mine["work"], "ours": mine["form"], "peer": peer["tool"]}
            comparisons.append(names | quotients | times)
    return comparisons


def text(report: dict) -> str:
    """Return a report of `bench.__main__` for people."""
    headings = ["network", "tool", "iCE40 LUT4", "FF", "RAM40", "ECP5 LUT4 + CCU2C + DPR16X4", "DP16KD"]
    headings += ["clocks", "latency", "checked", "generated in"]
    notes = [
        f"{row['work']}, {row['tool']}: {what.replace('_', ' ')}: {row[what]}"
        for row in report["rows"]
        for what in ("not_run", "not_mapped")
        if what in row
    ]
    verdicts = {True: "met", False: "NOT MET", None: "cannot be said"}
    goals = [f"{verdicts[goal['met']]}: {goal['goal']}: {goal['measured']}" for goal in report["goals"]]
    names = ["network", "ours", "peer", "iCE40 LUT4", "ECP5 LUT4 sites", "FF", "clocks", "LUT4 x clocks"]
    parts = [
        f"{report['tool']}; weights are random, so only hardware is compared.",
        markdown(headings, [_line(row) for row in report["rows"]]),
        "Ours divided by the peer's; below 1 ours is less:",
        markdown(names, [_quotients(ratio) for ratio in report["ratios"]]),
        "\n".join(f"- {line}" for line in goals + notes),
    ]
    return "\n\n".join(part for part in parts if part)


def _line(row: dict) -> list[str]:
    tool = f"{row['tool']}, {row['form']}"
    if "not_run" in row:
        return [row["work"], tool, "not run", *[""] * 8]
    cells = ["not mapped", *[""] * 4]
    if "area" in row:
        ice40, ecp5 = row["area"]["ice40"], row["area"]["ecp5"]
        cells = [f"{ice40[kind]:,}" for kind in ("LUT4", "FF", "RAM40")]
        sites = " + ".join(f"{ecp5.get(kind, 0):,}" for kind in ("LUT4", "CCU2C", "TRELLIS_DPR16X4"))
        cells += [sites, f"{ecp5['DP16KD']:,}"]
    clocks = [_count(row[name]) for name in ("clocks", "latency")]
    return [row["work"], tool, *cells, *clocks, row["checked"], f"{row['generation_s']:.1f} s"]


def _count(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _quotients(ratio: dict) -> list[str]:
    values = [ratio[name] for name in ("ice40", "ecp5", "ff", "clocks", "lut_clocks")]
    shown = ["" if value is None else f"{value:.3g}" for value in values]
    return [ratio["work"], ratio["ours"], ratio["peer"], *shown]


def markdown(headings: list[str], lines: list[list[str]]) -> str:
    """Return a table; columns of figures are right-aligned."""
    if not lines:
        return ""
    figures = [
        all(not line[n] or line[n][0].isdigit() or line[n].startswith("not ") for line in lines)
        for n in range(len(headings))
    ]
    figures[0] = False
    rule = ["---:" if right else "---" for right in figures]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [headings, rule, *lines])
