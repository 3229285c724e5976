import numpy as np
import pytest

from accelgen.data.formats.values import Samples, Values
from accelgen.data.images import Images
from accelgen.data.targets import targets_of, wanted_of
from accelgen.errors import DataError
from accelgen.network import Coding


def samples(labels, outputs=()) -> Samples:
    labels = np.array(labels)
    values = Values("x", len(labels), (2,), False, lambda: iter(()))
    return Samples(values, labels, "y", outputs)


def test_numbers_are_learned_under_the_names_of_their_columns():
    names, (first, second) = targets_of(
        "regression", [samples([["1.5", "-2"]], ("a", "b")), samples([[0, 1]])], ()
    )
    assert names == ("a", "b") and first.tolist() == [[1.5, -2.0]] and second.dtype == np.float64
    assert targets_of("regression", [samples([1.0, 2.0])], ())[0] == ("y",)
    assert targets_of("regression", [samples([[1, 2]])], ("up", "down"))[0] == ("up", "down")


def test_labels_are_yes_and_no():
    names, (found,) = targets_of("labels", [samples([[0, 1], [1, 1]])], ())
    assert names == ("y0", "y1") and found.dtype == np.uint8 and found.tolist() == [[0, 1], [1, 1]]


def test_a_threshold_tells_two_classes_apart():
    names, (found,) = targets_of("threshold", [samples(["bad", "good", "bad"])], ())
    assert names == ("bad", "good") and found.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("task", "labels", "message"),
    [
        ("regression", [1.0, np.nan], "y: row 1: must be a finite number, not nan"),
        ("regression", [1.0, -1e101], "y: row 1: must be at most 1e+100, or -1e+100 at least, not -1e+101"),
        ("regression", ["1", "x"], "y: row 1: 'x' is not a number"),
        ("regression", [["1", "2"], ["3", "x"]], "y: row 1: target 1: 'x' is not a number"),
        ("labels", [[0, 1], [1, 2]], "y: row 1: target 1: must be 0 or 1, not 2"),
        ("threshold", [0, 1, 2], "y: a threshold tells two classes apart, and there are 3"),
        (
            "classes",
            [[0, 1], [1, 0]],
            "y: must have a label for each of 2 samples, not shape [2, 2]: several are task = 'labels' or "
            "'regression'",
        ),
    ],
)
def test_what_cannot_be_learned_is_said(task, labels, message):
    with pytest.raises(DataError) as error:
        targets_of(task, [samples(labels)], ())
    assert str(error.value) == message


def test_names_and_numbers_of_targets_must_agree():
    with pytest.raises(DataError, match=r"^y: has 2 targets of a sample, and data.toml names 1$"):
        targets_of("regression", [samples([[1, 2]])], ("a",))
    with pytest.raises(DataError, match="^y: has 3 targets of a sample, and y 2$"):
        targets_of("regression", [samples([[1, 2]]), samples([[1, 2, 3]])], ())


def test_what_is_right_for_a_reconstruction_enters_it():
    images = Images(np.array([[0, 255]], np.uint8), np.zeros(1), "x", True)
    assert wanted_of(images, "reconstruction", None).tolist() == [[0.0, 255.0]]
    coding = Coding((-1.0, 0.0), (0.5, 2.0))
    assert wanted_of(images, "reconstruction", coding).tolist() == [[-0.75, 511.0]]
    assert wanted_of(images, "classes", coding) is images.labels
