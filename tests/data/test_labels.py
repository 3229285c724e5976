import numpy as np
import pytest

from accelgen.data.formats.values import Samples, Values
from accelgen.data.labels import classes_of, stratified
from accelgen.errors import DataError


def samples(labels, name="y"):
    values = Values("x", len(labels), (1,), False, lambda: iter([]))
    return Samples(values, np.array(labels), name)


@pytest.mark.parametrize(
    ("labels", "declared", "names", "numbers"),
    [
        ([0, 1, 2, 1], (), ("0", "1", "2"), [0, 1, 2, 1]),
        ([3, 1, 10, 1], (), ("1", "3", "10"), [1, 0, 2, 0]),
        ([-1, 1, 1], (), ("-1", "1"), [0, 1, 1]),
        ([0.0, 1.0], (), ("0", "1"), [0, 1]),
        ([True, False], (), ("0", "1"), [1, 0]),
        (["10", "9"], (), ("9", "10"), [1, 0]),
        (["1.0", "0.0"], (), ("0", "1"), [1, 0]),
        (["b", "a", "c"], (), ("a", "b", "c"), [1, 0, 2]),
        ([b"b", b"a"], (), ("a", "b"), [1, 0]),
        ([0, 1], ("no", "yes", "maybe"), ("no", "yes", "maybe"), [0, 1]),
        (["yes", "no"], ("yes", "no"), ("yes", "no"), [0, 1]),
    ],
)
def test_labels_of_any_kind_become_numbers(labels, declared, names, numbers):
    found, (counted,) = classes_of([samples(labels)], declared)
    assert found == names and counted.tolist() == numbers


def test_a_test_set_has_the_numbers_of_what_is_learned():
    names, (_, test) = classes_of([samples(["a", "b"]), samples(["b"])], ())
    assert names == ("a", "b") and test.tolist() == [1]


@pytest.mark.parametrize(
    ("every", "declared", "message"),
    [
        ([[1, 1, 1]], (), "y: every label is 1: a network needs two classes at least"),
        ([[0.5, 1]], (), "y: row 0: the label 0.5 is no class: labels are whole numbers or words"),
        ([[0, np.nan]], (), "y: row 1: the label nan is no class: labels are whole numbers or words"),
        ([[0, 1], [1, 2]], (), "y: row 1: the label 2 is out of range: nothing to learn from has it"),
        ([[0, 2]], ("a", "b"), "y: row 1: the label 2 is out of range: data.toml names 2 classes"),
        ([["a", "c"]], ("a", "b"), "y: row 1: the label c is out of range: data.toml names 2 classes"),
        ([["a, b", "c"]], (), "y: classes: a name is one short line without ', ', not 'a, b'"),
        ([list(range(5000))], (), "y: has 5,000 different labels: is it a column of labels?"),
    ],
)
def test_what_is_no_label_is_said(every, declared, message):
    with pytest.raises(DataError) as error:
        classes_of([samples(labels) for labels in every], declared)
    assert str(error.value) == message


def test_a_share_of_each_class_is_drawn_and_again_the_same():
    labels = np.array([0] * 50 + [1] * 10 + [2] * 2 + [3])
    drawn = stratified(labels, 0.2, 7)
    assert [int(drawn[labels == n].sum()) for n in range(4)] == [10, 2, 1, 0]
    assert (drawn == stratified(labels, 0.2, 7)).all() and (drawn != stratified(labels, 0.2, 8)).any()
    assert stratified(labels, 0.9, 0)[labels == 2].sum() == 1
