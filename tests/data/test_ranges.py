from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import ranges
from accelgen.data.ranges import CodesChoice, learn
from tests.data.made import blobs

X = blobs(90)[0]


def learned(choice, x=X, step=7, table=True, bits=8):
    pieces = lambda: (x[n : n + step] for n in range(0, len(x), step))  # noqa: E731
    return learn(choice, pieces, x.size, table=table, bits=bits)


def test_least_and_most_become_the_first_and_last_code():
    codes = learned(CodesChoice()).raw(X)
    assert (codes.min(axis=0) == 0).all() and (codes.max(axis=0) == 255).all()


@pytest.mark.parametrize("range_", ["min-max", "deviation", "quantile"])
@pytest.mark.parametrize("per", ["feature", "all"])
def test_pieces_do_not_matter(range_, per):
    choice = CodesChoice(range=range_, per=per)
    one, many = learned(choice, step=90), learned(choice, step=7)
    np.testing.assert_allclose(one.offset, many.offset)
    np.testing.assert_allclose(one.scale, many.scale)
    assert len(one.offset) == (4 if per == "feature" else 1)


def test_deviations_and_quantiles_are_those_of_numpy():
    found = learned(CodesChoice(range="deviation", deviations=2))
    np.testing.assert_allclose(found.offset, X.mean(axis=0) - 2 * X.std(axis=0))
    np.testing.assert_allclose(found.scale, 4 * X.std(axis=0) / 256)
    found = learned(CodesChoice(range="quantile", quantile=0.1, per="all"))
    np.testing.assert_allclose(found.offset, np.quantile(X, 0.1))


def test_many_values_are_sampled_evenly(monkeypatch):
    monkeypatch.setattr(ranges, "MOST_VALUES", X.size // 3)
    found = learned(CodesChoice(range="quantile", quantile=0.1))
    np.testing.assert_allclose(found.offset, np.quantile(X[::3], 0.1, axis=0))


def test_tables_have_a_range_for_each_feature_and_others_one_for_all():
    assert len(learned(CodesChoice(), table=True).offset) == 4
    assert len(learned(CodesChoice(), table=False).offset) == 1


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e308, -1e308])
def test_a_feature_that_never_changes_becomes_one_code(value):
    x = np.full((10, 1), value)
    for range_ in ("min-max", "deviation", "quantile"):
        assert len(np.unique(learned(CodesChoice(range=range_), x).raw(x))) == 1


def test_the_largest_floats_have_a_scale():
    x = np.array([[-1.7e308], [1.7e308], [0.0]])
    assert learned(CodesChoice(), x).raw(x).ravel().tolist() == [0, 255, 128]


def test_what_no_range_is_is_said():
    wrong = CodesChoice(range="minmax", per="pixel", deviations=0, quantile=0.5, signed=1)  # type: ignore[arg-type]
    assert [problem.partition(":")[0] for problem in wrong.problems()] == [
        "range",
        "per",
        "deviations",
        "quantile",
        "signed",
    ]
    assert wrong.problems()[0].endswith("did you mean 'min-max'?")


@pytest.mark.parametrize("bits", [1, 4, 8])
@pytest.mark.parametrize("range_", ["min-max", "deviation"])
def test_the_middle_of_signed_codes_is_the_middle_of_the_range(range_, bits):
    choice = CodesChoice(range=range_, signed=True)
    found, plain = learned(choice, bits=bits), learned(replace(choice, signed=False))
    assert found.signed and found.scale == plain.scale
    middle = np.array(plain.offset) + 128 * np.array(plain.scale)
    np.testing.assert_allclose(found.offset, middle - 2 ** (8 - bits) / 2 * np.array(plain.scale))
    near = middle + np.array([[-0.49], [0.49]]) * 2 ** (8 - bits) * np.array(plain.scale)
    assert (found.numbers(found.raw(near)) >> (8 - bits) == 0).all()


def test_one_signed_range_of_both_signs_has_zero_in_its_middle():
    choice = CodesChoice(signed=True, per="all")
    found = learned(choice, np.array([[-3.0], [5.0], [0.0]]), bits=4)
    assert found.scale == (10 / 256,) and found.offset == (-8 * 10 / 256,)
    assert (found.numbers(found.raw(np.array([[-5.0, 0.0, 4.99]]))) >> 4).tolist() == [[-8, 0, 7]]
    assert learned(choice, np.array([[1.0], [5.0]])).middle(np.zeros((1, 1), np.uint8)) == 3.0
