import zipfile

import numpy as np
import pytest

from accelgen.data.own import read_own
from accelgen.data.reading import Reading
from accelgen.data.unpacking import BREAST_CANCER, UNPACK, about
from accelgen.errors import DataError
from accelgen.reading import from_toml


def test_what_is_said_of_a_set_is_toml():
    found = from_toml(about("shd", 'a "b"', "CC BY 4.0", "who", "https://x"))
    assert found["title"] == 'a "b"' and len(found["classes"]) == 20 and found["events"]["width"] == 700
    assert "events" not in from_toml(about("digits", "a", "b", "c", "d"))
    assert len(BREAST_CANCER) == 30 and BREAST_CANCER[29] == "worst fractal dimension"


def test_a_table_of_another_shape_is_refused(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "iris.csv").write_text("2,3,a,b\n1,2,3,0\n")
    with pytest.raises(DataError, match="iris.csv: does not have 4 columns of features"):
        UNPACK["iris"](tmp_path / "raw", tmp_path)


def test_spoken_digits_become_events(tmp_path):
    h5py = pytest.importorskip("h5py")
    raw, made = tmp_path / "raw", tmp_path / "shd"
    raw.mkdir()
    made.mkdir()
    rng = np.random.default_rng(0)
    for part, count in (("train", 60), ("test", 20)):
        with h5py.File(raw / f"shd_{part}.h5", "w") as file:
            for name, kind in (("times", np.float16), ("units", np.uint16)):
                file.create_dataset(f"spikes/{name}", (count,), h5py.vlen_dtype(kind))
            for n in range(count):
                file["spikes/times"][n] = np.sort(rng.random(5 + n)).astype(np.float16)
                file["spikes/units"][n] = rng.integers(0, 700, 5 + n)
            file["labels"] = np.arange(count) % 20
        with zipfile.ZipFile(raw / f"shd_{part}.h5.zip", "w") as archive:
            archive.write(raw / f"shd_{part}.h5", f"shd_{part}.h5")
    UNPACK["shd"](raw, made)
    (made / "data.toml").write_text(about("shd", "SHD", "CC BY 4.0", "who", "https://x"))
    own = read_own(made, Reading())
    assert own.events.input.inputs == 700 and own.classes[10] == "null" and len(own.numbers[1]) == 20
    with np.load(made / "train.npz") as arrays:
        assert arrays["starts"][2] == 11 and arrays["t"].min() >= 0 and arrays["t"].max() <= 1_000_000
