import pytest

from bench.goals import goals


def row(work, clocks, tool="accelgen", form="folded, 4 lanes", lut4=900, ram=4, ccu2c=0):
    cells = {"LUT4": lut4, "RAM40": ram, "CCU2C": ccu2c, "DP16KD": 1, "TRELLIS_DPR16X4": 0}
    return {
        "work": work,
        "tool": tool,
        "form": form,
        "clocks": clocks,
        "area": {"ice40": cells, "ecp5": cells},
    }


@pytest.mark.parametrize(
    ("rows", "met"),
    [
        ([row("64-32-10 n8", 300, lut4=1000)], [True]),
        ([row("64-32-10 n8", 301)], [False]),
        ([row("64-32-10 n8", 300, lut4=1001)], [False]),
        ([row("64-32-10 n8", 9, form="unrolled")], []),
        ([row("784-64-10 n8", 500)], [True, None]),
        ([row("784-64-10 n8", 500), row("784-64-10 n8", 50_000, "nngen 1")], [True, True]),
        ([row("784-64-10 n8", 501, ram=31), row("784-64-10 n8", 50_000, "nngen 1")], [False, False]),
        ([row("mnist_3b_8x", 2000, lut4=1497, ccu2c=1)], [True]),
        ([row("mnist_3b_8x", 2000, lut4=1498, ccu2c=1)], [False]),
        (
            [
                row("mnist_3b_8x", 9, lut4=2400),
                row("mnist_3b_8x", 9, form="folded, compact, 16 lanes", lut4=1497),
            ],
            [True, True],
        ),
        ([row("mnist_3b_8x", 9, form="folded, compact, 16 lanes", lut4=1701)], [False, False]),
    ],
)
def test_a_goal_is_met_up_to_its_bound(rows, met):
    assert [goal["met"] for goal in goals(rows)] == met
