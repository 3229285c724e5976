import hashlib
import io
import re
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from accelgen.data import cifar10
from accelgen.data.cifar10 import cifar10_folder, load_cifar10
from accelgen.errors import DataError

COUNT = 20


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Files of twenty images, of which ten are for validation, and no folder named by the surroundings."""
    monkeypatch.setattr(cifar10, "IMAGES_PER_FILE", COUNT)
    monkeypatch.setattr(cifar10, "VALIDATION_IMAGES", 10)
    monkeypatch.delenv("ACCELGEN_DATA", raising=False)


def records(seed: int) -> np.ndarray:
    """Return records as the authors write them: a label, then the red, green and blue planes."""
    made = np.random.default_rng(seed).integers(0, 256, (COUNT, 3073), np.uint8)
    made[:, 0] %= 10
    return made


def archive(change=lambda name: name) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for seed, name in enumerate((*cifar10.TRAIN_FILES, *cifar10.TEST_FILES)):
            data = records(seed).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{change(name)}")
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def store(folder: Path, data: bytes, monkeypatch) -> Path:
    """Put an archive into ``folder`` as the published one."""
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", hashlib.md5(data).hexdigest())
    (folder / "cifar10").mkdir()
    (folder / "cifar10" / cifar10.ARCHIVE).write_bytes(data)
    return folder


def jpeg(folder: Path, **change) -> tuple[Path, np.ndarray]:
    """Write recompressed images, and return the folder and the pixels that a decoder sees."""
    files, seen = [], []
    for place in range(COUNT):
        picture = Image.fromarray(np.full((32, 32, 3), (9 * place, 100, 200 - 5 * place), np.uint8))
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=75)
        files.append(stream.getvalue())
        seen.append(np.asarray(Image.open(stream)))
    arrays = {}
    for part in ("train", "test"):
        arrays[f"{part}_jpeg"] = np.frombuffer(b"".join(files), np.uint8)
        arrays[f"{part}_offsets"] = np.cumsum([0, *map(len, files)])
        arrays[f"{part}_labels"] = (np.arange(COUNT) % 10).astype(np.uint8)
    (folder / "cifar10").mkdir()
    np.savez(folder / "cifar10" / cifar10.JPEG, **arrays | change)
    return folder, np.stack(seen).reshape(COUNT, -1)


def test_pixels_are_in_the_order_y_x_channel(tmp_path, monkeypatch):
    images = load_cifar10(store(tmp_path, archive(), monkeypatch))
    planes = records(5)[:, 1:].reshape(COUNT, 3, 32, 32)
    assert images.pixels.shape == (COUNT, 3072) and images.pixels.dtype == np.uint8
    for y, x, channel in ((0, 0, 0), (0, 1, 2), (31, 7, 1)):
        assert (images.pixels[:, (y * 32 + x) * 3 + channel] == planes[:, channel, y, x]).all()
    assert (images.labels == records(5)[:, 0]).all()
    assert (images.name, images.full) == ("CIFAR-10 test set", True)


def test_training_and_validation_images_share_none(tmp_path, monkeypatch):
    folder = store(tmp_path, archive(), monkeypatch)
    train, validation = (load_cifar10(folder, part) for part in ("train", "validation"))
    assert (len(train), len(validation)) == (5 * COUNT - 10, 10)
    assert len(np.unique(np.concatenate([train.pixels, validation.pixels]), axis=0)) == 5 * COUNT
    assert train.name == "CIFAR-10 train images"


def test_an_unpacked_folder_gives_the_same(tmp_path, monkeypatch):
    folder = store(tmp_path, archive(), monkeypatch)
    packed = load_cifar10(folder, "train").pixels
    batches = folder / "cifar10" / cifar10.BATCHES
    batches.mkdir()
    for seed, name in enumerate((*cifar10.TRAIN_FILES, *cifar10.TEST_FILES)):
        (batches / name).write_bytes(records(seed).tobytes())
    (folder / "cifar10" / cifar10.ARCHIVE).unlink()
    assert (load_cifar10(folder, "train").pixels == packed).all()
    (batches / "test_batch.bin").write_bytes(b"short")
    with pytest.raises(DataError, match="test_batch.bin must have 61460 bytes, not 5$"):
        load_cifar10(folder)
    (batches / "test_batch.bin").unlink()
    with pytest.raises(DataError, match="test_batch.bin: cannot be read"):
        load_cifar10(folder)


def test_a_label_must_name_a_class(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar10, "CLASSES", ("cat", "dog"))
    folder = store(tmp_path, archive(), monkeypatch)
    with pytest.raises(DataError, match=f"^{re.escape(str(folder / 'cifar10'))}: labels must be 0 to 1$"):
        load_cifar10(folder)


def test_another_archive_is_refused(tmp_path, monkeypatch):
    folder = store(tmp_path, archive(), monkeypatch)
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", "0" * 32)
    with pytest.raises(DataError, match=r"is not the published file \(its MD5 differs\)$"):
        load_cifar10(folder)


@pytest.mark.parametrize("data", [archive(lambda name: f"../{name}"), archive()[:5000], b"no archive"])
def test_a_damaged_archive_says_so(tmp_path, monkeypatch, data):
    folder = store(tmp_path, data, monkeypatch)
    with pytest.raises(DataError, match=r"cifar-10-binary.tar.gz: is damaged"):
        load_cifar10(folder)
    assert [path.name for path in tmp_path.rglob("*.bin")] == []


def test_a_member_that_is_no_file_damages_an_archive(tmp_path, monkeypatch):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        member = tarfile.TarInfo(f"cifar-10-batches-bin/{cifar10.TEST_FILES[0]}")
        member.type = tarfile.DIRTYPE
        made.addfile(member)
    folder = store(tmp_path, stream.getvalue(), monkeypatch)
    with pytest.raises(DataError, match=r"is damaged: .*test_batch.bin is no file$"):
        load_cifar10(folder)


def test_recompressed_images_say_what_they_are(tmp_path):
    folder, seen = jpeg(tmp_path)
    images = load_cifar10(folder)
    assert (images.pixels == seen).all()
    assert images.name == "CIFAR-10 recompressed as JPEG quality 75, test set"
    monkey = load_cifar10(folder, "train")
    assert len(monkey) == COUNT - 10 and "JPEG quality 75" in monkey.name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test_labels": np.full(COUNT, 10, np.uint8)}, "labels must be 0 to 9"),
        (
            {"test_labels": np.zeros(3, np.uint8)},
            "test_jpeg, test_offsets and test_labels do not fit together",
        ),
        ({"test_offsets": np.zeros(COUNT + 1, np.int64)}, "do not fit together"),
        ({"test_jpeg": np.zeros(0, object)}, "is damaged"),
    ],
)
def test_recompressed_images_must_fit_together(tmp_path, change, message):
    folder, _ = jpeg(tmp_path, **change)
    with pytest.raises(DataError, match=message):
        load_cifar10(folder)


def test_a_damaged_picture_says_so(tmp_path):
    folder, _ = jpeg(tmp_path, test_jpeg=np.zeros(40, np.uint8), test_offsets=np.arange(0, 42, 2))
    with pytest.raises(DataError, match="an image is damaged"):
        load_cifar10(folder)


def test_a_named_folder_is_not_filled(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_DATA", str(tmp_path))
    with pytest.raises(DataError, match="cifar10: neither cifar-10-batches-bin, cifar-10-binary.tar.gz nor"):
        cifar10_folder()
    with pytest.raises(ValueError, match="part must be"):
        load_cifar10(tmp_path, "all")


def test_the_archive_is_fetched_into_the_cache_once(tmp_path, monkeypatch):
    data = archive()
    home = tmp_path / "home"
    home.write_bytes(data)
    monkeypatch.setenv("ACCELGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cifar10, "HOME", home.as_uri())
    with pytest.raises(
        DataError, match="^CIFAR-10 is out of reach: .*other content.*--data or ACCELGEN_DATA$"
    ):
        cifar10_folder()
    monkeypatch.setattr(cifar10, "ARCHIVE_MD5", hashlib.md5(data).hexdigest())
    assert cifar10_folder() == tmp_path / "cache" / "cifar10"
    home.unlink()
    assert len(load_cifar10()) == COUNT
