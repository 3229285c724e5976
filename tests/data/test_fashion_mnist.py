import numpy as np
import pytest

from accelgen.data import SETS, fashion_mnist, fetch
from accelgen.data.fashion_mnist import fashion_mnist_folder, load_fashion_mnist
from accelgen.data.idx import write_idx
from accelgen.errors import DataError


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A data folder whose files are small, and taken for the published ones."""
    rng = np.random.default_rng(0)
    folder, digests = tmp_path / "data" / "fashion_mnist", {}
    folder.mkdir(parents=True)
    for stem, count in (("train", 40), ("t10k", 10)):
        for name, array in (
            (f"{stem}-images-idx3-ubyte.gz", rng.integers(0, 256, (count, 28, 28))),
            (f"{stem}-labels-idx1-ubyte.gz", np.arange(count) % 10),
        ):
            write_idx(folder / name, array.astype(np.uint8))
            digests[name] = fetch.file_sha256((folder / name).read_bytes())
    monkeypatch.setattr(fashion_mnist, "FILES", digests)
    monkeypatch.setattr(fashion_mnist, "VALIDATION_IMAGES", 4)
    return tmp_path / "data"


def test_parts_are_disjoint_and_complete(tiny):
    parts = [load_fashion_mnist(tiny, part) for part in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [36, 4, 10]
    assert len({row.tobytes() for part in parts for row in part.pixels}) == 50
    assert parts[2].name == "Fashion-MNIST test set" and parts[2].labels.tolist() == list(range(10))
    with pytest.raises(ValueError, match="^part must be "):
        load_fashion_mnist(tiny, "all")


def test_it_is_found_by_its_name_in_a_recipe(tiny):
    entry = SETS["fashion_mnist"]
    assert len(entry.load("test", tiny)) == 10 and entry.classes[9] == "Ankle boot" and entry.keeps
    with pytest.raises(DataError, match="^no images of Fashion-MNIST travel with the code$"):
        entry.load("test", tiny, sample="only")


def test_another_file_is_refused(tiny):
    write_idx(tiny / "fashion_mnist" / "t10k-labels-idx1-ubyte.gz", np.zeros(10, np.uint8))
    with pytest.raises(
        DataError, match=r"t10k-labels-idx1-ubyte.gz: is not the published file \(its SHA-256"
    ):
        load_fashion_mnist(tiny, "test")


def test_what_is_not_there_is_said(tmp_path, monkeypatch):
    with pytest.raises(
        DataError, match="fashion_mnist: train-images-idx3-ubyte.gz is not there: accelgen data"
    ):
        fashion_mnist_folder(tmp_path)
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    monkeypatch.setenv("ACCELGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fashion_mnist, "HOMES", ("https://localhost:1/",))
    with pytest.raises(DataError, match="^Fashion-MNIST is out of reach: .*name a folder with --data or ACC"):
        fashion_mnist_folder()


def test_it_is_fetched_into_the_cache(tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)
    monkeypatch.setenv("ACCELGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fashion_mnist, "HOMES", ((tiny / "fashion_mnist").as_uri() + "/",))
    assert fashion_mnist_folder() == tmp_path / "cache" / "fashion_mnist"
    assert len(load_fashion_mnist(None, "test")) == 10
