from accelgen.explore.front import bargains, cells, front

AXES = ["weight_bits", "compression"]


def row(bits, compression, accuracy, size, seed=0, **more):
    return {
        "point": f"{bits}-{compression}",
        "seed": seed,
        "status": "done",
        "weight_bits": bits,
        "compression": compression,
        "validation_accuracy": accuracy,
        "accuracy": accuracy - 0.01,
        "stored_bits": size,
    } | more


GRID = [
    row(1, 1, 0.960, 100),
    row(1, 4, 0.940, 25),
    row(4, 1, 0.980, 400),
    row(4, 4, 0.976, 100),
    row(2, 1, 0.976, 200),
    row(2, 4, 0.976, 50),
]


def test_a_cell_is_the_mean_of_its_seeds_that_did_not_fail():
    failed = {
        "point": "1-1",
        "seed": 2,
        "status": "failed",
        "error": "no",
        "weight_bits": 1,
        "compression": 1,
    }
    rows = [row(1, 1, 0.90, 100, cells=7), row(1, 1, 0.94, 104, seed=1), failed]
    (cell,) = cells(rows, AXES)
    assert cell.seeds == (0, 1) and cell.figures["stored_bits"] == 102
    assert abs(cell.figures["validation_accuracy"] - 0.92) < 1e-12
    assert cell.spread["validation_accuracy"] == (0.90, 0.94)
    assert str(cell) == "weight bits 1, compression 1"


def test_a_figure_that_one_seed_has_is_that_of_the_point():
    (cell,) = cells([row(1, 1, 0.9, 100, cycles=50.0), row(1, 1, 0.9, 100, seed=1)], AXES)
    assert cell.figures["cycles"] == 50.0


def test_nothing_on_the_front_is_bettered():
    found = cells(GRID, AXES)
    best = front(found, ("validation_accuracy", "stored_bits"))
    assert [cell.point for cell in best] == ["4-1", "2-4", "1-4"]
    assert front(found, ("validation_accuracy", "nj")) == []


def test_the_bargain_is_against_the_better_technique_alone():
    (bargain,) = bargains(cells(GRID, AXES), losses=(0.005,))
    assert bargain.whole.point == "4-1"
    assert (bargain.precision.point, bargain.compression.point, bargain.both.point) == ("2-1", "4-4", "2-4")
    assert bargain.gain("stored_bits") == 2.0


def test_a_technique_may_reach_no_floor_alone():
    found = cells([row(1, 1, 0.90, 100), row(4, 1, 0.98, 400), row(4, 4, 0.5, 100), row(1, 4, 0.5, 9)], AXES)
    (bargain,) = bargains(found, losses=(0.005,))
    assert bargain.precision.point == "4-1" == bargain.both.point and bargain.gain("stored_bits") == 1.0


def test_other_sweeps_have_no_bargains():
    assert bargains(cells([row(1, 1, 0.9, 100), row(2, 1, 0.9, 100)], AXES)) == []
    wider = [row(b, c, 0.9, 10, point=f"{b}{c}{n}", lanes=n) for b in (1, 2) for c in (1, 2) for n in (4, 8)]
    assert bargains(cells(wider, [*AXES, "lanes"])) == []
