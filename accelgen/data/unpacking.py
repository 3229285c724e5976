"""What becomes of public files: tables get the names of their columns, recordings their folders."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from accelgen.errors import DataError, at
from accelgen.optional import needed

__all__ = ["UNPACK", "about"]

TRAIN_TABLE = "train.csv"
IRIS = ("sepal length", "sepal width", "petal length", "petal width")
WINE = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "colour intensity",
    "hue",
    "od280/od315 of diluted wines",
    "proline",
)
MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
BREAST_CANCER = tuple(f"{kind} {name}" for kind in ("mean", "error of", "worst") for name in MEASURES)
SPOKEN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
)
#: What ``data.toml`` says of a set besides title, licence and origin.
MORE = {
    "iris": 'classes = ["setosa", "versicolor", "virginica"]\nlabel = "kind"\n',
    "wine": 'classes = ["first cultivar", "second cultivar", "third cultivar"]\nlabel = "cultivar"\n',
    "breast_cancer": 'classes = ["malignant", "benign"]\nlabel = "diagnosis"\n',
    "nmnist": "\n[events]\nwidth = 34\nheight = 34\npolarities = 2\nduration = 300_000\ntimesteps = 12\n",
    "shd": f"classes = {json.dumps(SPOKEN, ensure_ascii=False)}\n\n"
    "[events]\nwidth = 700\nheight = 1\npolarities = 1\nduration = 1_400_000\ntimesteps = 16\n",
}
#: Samples of the digits, and the side of each.
DIGITS, SIDE = 1797, 8
#: How recordings of N-MNIST are named in their archives.
RECORDING = re.compile(r"(?:Train|Test)/[0-9]/[0-9]+\.bin")
#: Bytes of a recording, at most: the longest has a few ten thousand.
LONGEST = 1 << 22


def about(name: str, title: str, licence: str, citation: str, url: str) -> str:
    """Return the text of ``data.toml``."""
    lines = {"title": title, "licence": licence, "citation": citation, "source": url}
    said = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())
    return said + MORE.get(name, "")


def _table(raw: Path, folder: Path, *, columns: Sequence[str], label: str) -> None:
    """Write a table of scikit-learn, whose first line counts rows and columns, with names in its place."""
    (file,) = raw.iterdir()
    first, *rows = file.read_text().splitlines()
    if first.split(",")[:2] != [str(len(rows)), str(len(columns))]:
        raise DataError(f"{file.name}: does not have {len(columns)} columns of features")
    (folder / TRAIN_TABLE).write_text("\n".join([",".join([*columns, label]), *rows]) + "\n")


def _digits(raw: Path, folder: Path) -> None:
    """Write 8 x 8 counts of 0 to 16 as ``x.npy`` and ``y.npy``."""
    (file,) = raw.iterdir()
    with gzip.open(file, "rt") as lines:
        table = np.loadtxt(lines, np.int16, delimiter=",")
    if table.shape != (DIGITS, SIDE * SIDE + 1):
        raise DataError(f"{file.name}: has the shape {list(table.shape)}")
    np.save(folder / "x.npy", table[:, :-1].reshape(-1, SIDE, SIDE))
    np.save(folder / "y.npy", table[:, -1])


def _nmnist(raw: Path, folder: Path) -> None:
    """Write the recordings of both archives into folders as they are named there, in lower case."""
    for file in sorted(raw.iterdir()):
        with at(file.name), zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if not RECORDING.fullmatch(entry.filename):
                    continue
                if entry.file_size > LONGEST:
                    raise DataError(f"{entry.filename}: has {entry.file_size:,} bytes")
                target = folder / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(entry))


def _shd(raw: Path, folder: Path) -> None:
    """Write the events of both archives as arrays ``t``, ``x``, ``starts`` and ``labels``."""
    with needed():
        import h5py
    for part in ("train", "test"):
        with zipfile.ZipFile(raw / f"shd_{part}.h5.zip") as archive:
            archive.extract(f"shd_{part}.h5", raw)
        with h5py.File(raw / f"shd_{part}.h5") as file:
            times, units = file["spikes/times"][:], file["spikes/units"][:]
            labels = np.asarray(file["labels"][:], np.uint8)
        counts = [0, *(len(one) for one in times)]
        np.savez_compressed(
            folder / f"{part}.npz",
            t=np.rint(np.concatenate(times).astype(np.float64) * 1e6).astype(np.int32),
            x=np.concatenate(units).astype(np.uint16),
            starts=np.cumsum(counts).astype(np.int64),
            labels=labels,
        )


#: By the name of a set: what makes a folder of its files.
UNPACK: dict[str, Callable[[Path, Path], None]] = {
    "iris": partial(_table, columns=IRIS, label="kind"),
    "wine": partial(_table, columns=WINE, label="cultivar"),
    "breast_cancer": partial(_table, columns=BREAST_CANCER, label="diagnosis"),
    "digits": _digits,
    "nmnist": _nmnist,
    "shd": _shd,
}
