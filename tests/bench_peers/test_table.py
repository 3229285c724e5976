from bench.table import markdown, ratios, text

CELLS = {"LUT4": 100, "FF": 40, "RAM40": 2, "CCU2C": 50, "DP16KD": 0, "TRELLIS_DPR16X4": 7}
FIGURES = {"clocks": 20.0, "latency": 30.0, "checked": "c", "generation_s": 1.0}


def row(tool, scale=1, **changed):
    cells = {kind: count * scale for kind, count in CELLS.items()}
    areas = {"ice40": cells, "ecp5": cells | {"LUT4": cells["LUT4"] // 2}}
    return {"work": "w", "tool": tool, "form": "f", "area": areas, **FIGURES, **changed}


def test_ratios_are_ours_over_the_peer_that_was_built():
    absent = {"work": "w", "tool": "gone 1", "form": "f", "not_run": "why"}
    (found,) = ratios([row("accelgen"), row("peer 1", 4, clocks=5), absent, row("peer 1", work="other")])
    assert (found["ice40"], found["ecp5"], found["ff"]) == (0.25, 0.25, 0.25)
    assert (found["clocks"], found["lut_clocks"]) == (4, 1)


def test_what_was_not_run_and_what_was_not_met_is_said():
    rows = [row("accelgen"), {"work": "w", "tool": "gone 1", "form": "f", "not_run": "why"}]
    goals = [{"goal": "small", "measured": "9", "met": False}]
    said = text({"tool": "Yosys 1", "rows": rows, "ratios": ratios(rows), "goals": goals})
    assert "- NOT MET: small: 9\n- w, gone 1: not run: why" in said
    assert "| w | accelgen, f | 100 | 40 | 2 | 50 + 50 + 7 | 0 | 20 | 30 | c | 1.0 s |" in said


def test_clocks_are_shown_without_an_area():
    mapped = row("peer 1")
    del mapped["area"]
    rows = [row("accelgen"), mapped | {"not_mapped": "ice40: not done after 9 s"}]
    said = text({"tool": "Yosys 1", "rows": rows, "ratios": ratios(rows), "goals": []})
    assert "| w | peer 1, f | not mapped |  |  |  |  | 20 | 30 | c | 1.0 s |" in said
    assert "- w, peer 1: not mapped: ice40: not done after 9 s" in said


def test_figures_are_right_aligned():
    assert markdown(["a", "b"], [["x", "1"], ["y", ""]]).splitlines()[1] == "| --- | ---: |"
