import numpy as np
import pytest

from accelgen.data.own import Own, read_own
from accelgen.data.ranges import CodesChoice
from accelgen.data.reading import Reading
from accelgen.errors import DataError
from tests.data.made import blobs, write_csv, write_npz, write_pictures

X, Y = blobs(100)


@pytest.fixture
def own(tmp_path) -> Own:
    return read_own(write_npz(tmp_path / "blobs.npz", X, Y), Reading())


def test_a_table_becomes_a_data_set(own):
    assert own.shape == (1, 4, 1) and own.classes == ("0", "1", "2") and own.table and not own.pixels
    data = own.data_set(own.coding(CodesChoice()))
    assert data.name == "blobs.npz" and data.splits == {"train": 70, "validation": 9, "test": 21}
    images = data.load("test")
    assert images.pixels.shape == (21, 4) and images.name == "blobs.npz test set" and images.full
    assert sum(len(data.load(part)) for part in data.splits) == 100


def test_no_sample_is_in_two_parts_and_each_class_is_in_all(own):
    masks = [chosen for _, chosen in own.parts.values()]
    assert (np.sum(masks, axis=0) == 1).all()
    assert all(set(own.labels(part)) == {0, 1, 2} for part in own.parts)


def test_codes_are_learned_from_what_is_trained_on_alone(tmp_path, own):
    coding = own.coding(CodesChoice())
    for part in ("test", "validation"):
        changed = X.copy()
        changed[own.parts[part][1]] *= 100
        other = read_own(write_npz(tmp_path / f"{part}.npz", changed, Y), Reading())
        assert other.coding(CodesChoice()) == coding and other.digest != own.digest
    changed = X.copy()
    changed[own.parts["train"][1]] *= 100
    other = read_own(write_npz(tmp_path / "train.npz", changed, Y), Reading())
    assert other.coding(CodesChoice()) != coding


def test_the_split_depends_on_its_seed_alone(tmp_path, own):
    again = read_own(write_npz(tmp_path / "again.npz", X, Y), Reading())
    assert (again.parts["test"][1] == own.parts["test"][1]).all() and again.digest == own.digest
    other = read_own(write_npz(tmp_path / "again.npz", X, Y), Reading(seed=1))
    assert (other.parts["test"][1] != own.parts["test"][1]).any()


def test_samples_that_are_set_aside_stay_so(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X[:60], y_train=Y[:60], x_test=X[60:], y_test=Y[60:])
    own = read_own(tmp_path / "a.npz", Reading())
    assert len(own.labels("test")) == 40 and len(own.labels("train")) + len(own.labels("validation")) == 60
    assert (np.concatenate(list(own.pieces("test"))) == X[60:]).all()


def test_the_same_numbers_have_one_digest_whatever_file_they_are_in(tmp_path, own):
    assert read_own(write_csv(tmp_path / "a.csv", X, Y), Reading()).digest == own.digest
    swapped = Y.copy()
    swapped[:2] = swapped[:2][::-1]
    assert read_own(write_npz(tmp_path / "b.npz", X, swapped), Reading()).digest != own.digest


def test_pieces_do_not_matter(tmp_path, own, monkeypatch):
    monkeypatch.setattr("accelgen.data.formats.values.PIECE", 70)  # two rows
    coding = own.coding(CodesChoice())
    other = read_own(write_npz(tmp_path / "again.npz", X, Y), Reading())
    assert len(list(other.every[0].values.pieces())) == 50
    assert other.digest == own.digest and other.coding(CodesChoice()) == coding
    assert (other.images("test", coding).pixels == own.images("test", coding).pixels).all()


def test_a_file_is_read_again_when_it_changes(tmp_path, own):
    path = own.path
    assert read_own(path, Reading()) is own
    write_npz(path, X[:50], Y[:50])
    assert len(read_own(path, Reading()).numbers[0]) == 50


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            np.nan,
            "a.npz: x: row 3, value 2: is missing: missing in [data] of a recipe, or --missing, says what "
            "fills it",
        ),
        (np.inf, "a.npz: x: row 3, value 2: is infinite"),
        (-np.inf, "a.npz: x: row 3, value 2: is infinite"),
    ],
)
def test_a_number_that_is_none_is_named(tmp_path, wrong, message):
    x = X.copy()
    x[3, 2] = wrong
    with pytest.raises(DataError) as error:
        read_own(write_npz(tmp_path / "a.npz", x, Y), Reading())
    assert str(error.value) == f"{tmp_path}/{message}"


def test_a_missing_value_is_named_by_line_and_column(tmp_path):
    path = write_csv(tmp_path / "a.csv", X, Y)
    lines = path.read_text().splitlines()
    lines[5] = "1,,3,4,0"
    path.write_text("\n".join([*lines[:3], "", *lines[3:]]))  # an empty line is no row
    with pytest.raises(DataError, match="a.csv: line 7, column 'b': is missing: "):
        read_own(path, Reading())


def test_missing_values_are_filled_as_the_recipe_says(tmp_path):
    x = X.copy()
    x[::5, 1] = np.nan
    path = write_npz(tmp_path / "a.npz", x, Y)
    mean, number = read_own(path, Reading(missing="mean")), read_own(path, Reading(missing=7.0))
    train = x[mean.parts["train"][1]]
    assert np.isclose(mean.fill[1], np.nanmean(train[:, 1])) and number.fill.tolist() == [7.0] * 4
    filled = np.concatenate(list(number.pieces("train")))
    assert (filled[np.isnan(train)] == 7).all() and (
        filled[~np.isnan(train)] == train[~np.isnan(train)]
    ).all()


@pytest.mark.parametrize(
    ("shape", "stored", "found"),
    [("", (4, 3), (4, 3, 1)), ("", (4, 3, 2), (4, 3, 2)), ("shape = [2, 2, 3]", (12,), (2, 2, 3))],
)
def test_shapes_are_those_of_the_array_or_as_somebody_says(tmp_path, shape, stored, found):
    (tmp_path / "data.toml").write_text(shape)
    x = np.random.default_rng(0).integers(0, 256, (30, *stored), np.uint8)
    own = read_own(write_npz(tmp_path / "a.npz", x, np.arange(30) % 2), Reading())
    assert own.shape == found and own.pixels and own.coding(CodesChoice()) is None
    assert (own.images("train", None).pixels == x.reshape(30, -1)[own.parts["train"][1]]).all()


def test_a_table_of_bytes_is_of_features(tmp_path):
    x = np.random.default_rng(0).integers(0, 17, (30, 5), np.uint8)
    own = read_own(write_npz(tmp_path / "a.npz", x, np.arange(30) % 2), Reading())
    assert not own.pixels and own.images("train", own.coding(CodesChoice())).pixels.max() == 255


def test_pictures_are_pixels(tmp_path):
    own = read_own(write_pictures(tmp_path / "pictures"), Reading())
    assert own.shape == (6, 8, 1) and own.pixels and own.classes == ("dark", "light") and not own.table


@pytest.mark.parametrize(
    ("stored", "text", "message"),
    [
        ((30, 2, 2, 2, 2), "", "has samples of the shape [2, 2, 2, 2], and 1 to 3 sides are read"),
        ((30, 0), "", "has samples of the shape [0], and 1 to 3 sides are read"),
        ((30, 5), "shape = [2, 2, 1]", "has 5 values in a sample, and data.toml says [2, 2, 1]"),
    ],
)
def test_a_shape_that_is_none_is_said(tmp_path, stored, text, message):
    (tmp_path / "data.toml").write_text(text)
    with pytest.raises(DataError) as error:
        read_own(write_npz(tmp_path / "a.npz", np.zeros(stored), np.arange(30) % 2), Reading())
    assert str(error.value) == f"{tmp_path}/a.npz: x: {message}"


def test_a_test_set_of_another_shape_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:, :3], y_test=Y)
    with pytest.raises(DataError, match="x_test: has samples of another shape than those to learn from$"):
        read_own(tmp_path / "a.npz", Reading())


def test_what_no_reading_is_is_said():
    wrong = Reading(label=7, missing="median", test=1.5, validation=0, seed=-1)  # type: ignore[arg-type]
    assert [problem.partition(":")[0] for problem in wrong.problems()] == [
        "label",
        "missing",
        "test",
        "validation",
        "seed",
    ]
    assert Reading(missing=float("nan")).problems() and not Reading(missing=0).problems()


def test_a_part_without_samples_is_refused(tmp_path):
    path = write_npz(tmp_path / "a.npz", X[:3], np.arange(3))
    with pytest.raises(
        DataError, match="a.npz: y: there are too few samples: none is left for the validation set$"
    ):
        read_own(path, Reading())


def test_columns_that_are_left_out_do_not_count(tmp_path, own):
    x = np.concatenate([np.arange(100.0)[:, None], X], axis=1)
    path = write_csv(tmp_path / "a.csv", x, Y)
    assert read_own(path, Reading(ignore=("a",))).digest == own.digest
    assert Reading(ignore="a").problems() == ["ignore: must be a list of names of columns, not 'a'"]  # type: ignore[arg-type]


def test_values_that_change_after_they_were_looked_at_are_refused(tmp_path, own):
    before = own.images("train", own.coding(CodesChoice()))
    (tmp_path / "notes.txt").write_text("what lies beside the data does not matter")
    assert (own.images("train", own.coding(CodesChoice())).pixels == before.pixels).all()
    changed = X.copy()
    changed[own.parts["test"][1]] += 1  # none of them is of the part that is read
    write_npz(tmp_path / "blobs.npz", changed, Y)
    with pytest.raises(DataError, match=r"blobs\.npz: has changed since it was looked at"):
        own.images("train", own.coding(CodesChoice()))


def test_gaps_among_the_largest_numbers_are_filled_with_their_mean(tmp_path):
    x, y = blobs(60)
    x[:] = np.where(np.arange(60)[:, None] % 4, 1.6e308, -1.6e308)
    x[7] = np.nan
    own = read_own(write_npz(tmp_path / "a.npz", x, y), Reading(missing="mean"))
    learned = x[own.parts["train"][1] & (np.arange(60) != 7)]
    assert own.fill == pytest.approx((learned / 1e9).mean(axis=0) * 1e9)


def test_a_task_of_which_nothing_changes_is_refused(tmp_path):
    x, _ = blobs(60)
    np.savez(tmp_path / "a.npz", x=x, y=np.full((60, 2), 1))
    for task in ("regression", "labels"):
        with pytest.raises(DataError, match="a.npz: y: is the same for all samples: there is nothing to"):
            read_own(tmp_path / "a.npz", Reading(task=task))
    y = np.column_stack([np.full(60, 1), np.arange(60) % 2])
    np.savez(tmp_path / "b.npz", x=x, y=y)
    assert read_own(tmp_path / "b.npz", Reading(task="labels")).classes == ("y0", "y1")
