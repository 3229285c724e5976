from accelgen.explore.columns import FIGURES, best, luts


def test_the_best_is_the_most_or_the_least():
    assert best("accuracy", [0.9, 0.95]) == 0.95 and best("cycles", [3.0, 2.0]) == 2.0


def test_luts_are_those_of_the_first_family_that_was_measured():
    assert luts({"ecp5_lut4": 5, "ice40_lut4": 7}) == 7 and luts({"cycles": 1}) is None


def test_every_figure_says_which_way_is_better():
    assert {kind.better for kind in FIGURES.values()} == {"higher", "lower"}
    assert FIGURES["accuracy"].sign == -FIGURES["stored_bits"].sign == -1
