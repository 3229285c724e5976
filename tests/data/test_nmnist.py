"""A folder of recordings as N-MNIST publishes them, made here, read event for event."""

import numpy as np
import pytest

from accelgen.data.nmnist import load_nmnist, read_events
from accelgen.errors import DataError


def event(x, y, polarity, time):
    return bytes([x, y, polarity << 7 | time >> 16, time >> 8 & 255, time & 255])


@pytest.fixture
def folder(tmp_path):
    """Two recordings of each digit in each half; image n shows digit n % 10."""
    for half in ("Train", "Test"):
        for number in range(20):
            path = tmp_path / half / str(number % 10) / f"{number + 1:05}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(event(1 + number, 5, 1, 0) + event(33, 33, 0, 299_999) + event(7, 9, 0, 310_000))
    return tmp_path


def test_recordings_come_in_the_order_of_the_images(folder):
    found = load_nmnist(folder)
    assert found.labels.tolist() == [n % 10 for n in range(20)]
    assert [path.stem for path in found.files] == [f"{n + 1:05}" for n in range(20)]
    assert not found.full and len(found.first(3)) == 3 and len(found.first(None)) == 20


def test_train_and_validation_share_nothing(folder):
    train, validation = load_nmnist(folder, "train"), load_nmnist(folder, "validation")
    assert not set(train.files) & set(validation.files) and len(train) + len(validation) == 20
    assert all(path.parts[-3] == "Train" for path in (*train.files, *validation.files))


def test_events_are_read_bit_for_bit(folder):
    path = folder / "Test" / "0" / "00001.bin"
    path.write_bytes(event(3, 33, 1, 0x7FFFFF) + event(0, 0, 0, 66_051))
    assert read_events(path).tolist() == [[3, 33, 1, 0x7FFFFF], [0, 0, 0, 66_051]]


def test_the_middle_of_the_sensor_in_twelve_timesteps(folder):
    spikes = load_nmnist(folder).spikes(2, 4)
    assert spikes.shape == (2, 12, 2048)
    # x = 3 - 1, y = 5 - 1, brighter, at once; x = 7 - 1, y = 9 - 1, darker, late; (33, 33) is beside it.
    assert np.argwhere(spikes[0]).tolist() == [[0, 1024 + 4 * 32 + 2], [11, 8 * 32 + 6]]


def test_an_empty_recording_is_silent(folder):
    (folder / "Test" / "0" / "00001.bin").write_bytes(b"")
    assert not load_nmnist(folder).spikes(0, 1).any()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"1234567", "is not a whole number of 5-byte events: it has 7 bytes"),
        (event(1, 1, 0, 0) + event(3, 34, 0, 0), "event 1: is at 3, 34 of 34 x 34 pixels"),
    ],
)
def test_a_damaged_recording_is_named(folder, data, message):
    path = folder / "Test" / "4" / "00005.bin"
    path.write_bytes(data)
    with pytest.raises(DataError, match=f"^{path}: {message}$"):
        load_nmnist(folder).spikes(0, 20)


def test_a_folder_of_something_else_is_refused(folder, tmp_path):
    with pytest.raises(DataError, match=r"Test/0: has no recordings of N-MNIST \(\*\.bin\)$"):
        load_nmnist(tmp_path / "nowhere")
    (folder / "Train" / "7" / "00008.bin").unlink()
    (folder / "Train" / "7" / "00018.bin").unlink()
    with pytest.raises(DataError, match="Train/7: has no recordings"):
        load_nmnist(folder, "train")
