import numpy as np
import pytest

from accelgen.data import fetch, mnist
from accelgen.data.idx import write_idx
from accelgen.data.mnist import load_mnist, mnist_folder
from accelgen.errors import DataError


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine without data and without a network."""
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    monkeypatch.setenv("ACCELGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist, "HOMES", ("https://localhost:1/",))
    return tmp_path


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A data folder whose files are small, and taken for the published ones."""
    rng = np.random.default_rng(0)
    folder, digests = tmp_path / "data" / "mnist", {}
    folder.mkdir(parents=True)
    for stem, count in (("train", 40), ("t10k", 10)):
        for name, array in (
            (f"{stem}-images-idx3-ubyte", rng.integers(0, 256, (count, 4, 5))),
            (f"{stem}-labels-idx1-ubyte", rng.integers(0, 10, count)),
        ):
            write_idx(folder / f"{name}.gz", array.astype(np.uint8))
            digests[name] = fetch.content_digest((folder / f"{name}.gz").read_bytes())
    monkeypatch.setattr(mnist, "FILES", digests)
    monkeypatch.setattr(mnist, "VALIDATION_IMAGES", 4)
    return tmp_path / "data"


def test_parts_are_disjoint_and_complete(tiny):
    train, validation = load_mnist(tiny, "train"), load_mnist(tiny, "validation")
    rows = {row.tobytes() for row in np.concatenate([train.pixels, validation.pixels])}
    assert (len(train), len(validation), len(load_mnist(tiny, "test"))) == (36, 4, 10)
    assert len(rows) == 40


def test_the_environment_names_the_folder(tiny, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(tiny))
    assert load_mnist(None, "test").full


def test_the_sample_stands_in_only_when_allowed(nowhere):
    found = load_mnist(None, "test", sample="fallback")
    assert found.pixels.shape == (256, 784) and not found.full
    with pytest.raises(
        DataError, match="^MNIST is out of reach: .*name a folder with --data or ACCELGEN_DATA$"
    ):
        load_mnist(None, "test")
    with pytest.raises(DataError, match="^MNIST is out of reach"):
        load_mnist(None, "train", sample="fallback")


def test_a_named_folder_without_the_files_is_an_error(nowhere):
    with pytest.raises(DataError, match="mnist: train-images-idx3-ubyte .or .gz. is not there$"):
        load_mnist(nowhere, "test", sample="fallback")


def test_a_file_that_is_not_the_published_one_is_refused(tiny):
    write_idx(tiny / "mnist" / "t10k-labels-idx1-ubyte.gz", np.zeros(10, np.uint8))
    with pytest.raises(DataError, match=r"is not the published file \(its SHA-256 differs\)$"):
        load_mnist(tiny, "test")


def test_the_last_resort_fills_the_cache(nowhere, tiny):
    def copy(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in (tiny / "mnist").iterdir():
            (folder / path.name).write_bytes(path.read_bytes())

    assert mnist_folder(None, copy) == nowhere / "cache" / "mnist"


def test_the_sample_is_the_head_of_the_test_set(monkeypatch):
    found = load_mnist(None, "test", sample="only")
    assert len(found.first(10)) == 10 and found.labels[:5].tolist() == [7, 2, 1, 0, 4]


@pytest.mark.parametrize("wrong", [{"part": "all"}, {"sample": "first"}])
def test_other_words_are_refused(nowhere, wrong):
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} must be '.*', not '"):
        load_mnist(None, **wrong)
