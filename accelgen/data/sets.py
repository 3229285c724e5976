"""The data sets that networks are trained on, by name; and N-MNIST, of which a person names the folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from accelgen.data import cifar10
from accelgen.data.cifar10 import cifar10_folder, load_cifar10, load_cifar10_training
from accelgen.data.dataset import DataSet
from accelgen.data.described import BETWEEN
from accelgen.data.drawing import SIDE, centred
from accelgen.data.fashion_mnist import CLASSES as CLOTHES
from accelgen.data.fashion_mnist import fashion_mnist_folder, load_fashion_mnist
from accelgen.data.images import Images
from accelgen.data.mnist import load_mnist, mnist_folder
from accelgen.data.nmnist import Recordings, load_nmnist
from accelgen.data.picture import read_colour_picture, read_fitted, read_picture
from accelgen.data.saccades import SACCADES, TIMESTEPS, saccades
from accelgen.data.split import Part
from accelgen.errors import InvalidRequest, suggest
from accelgen.network import Network
from accelgen.network.task import kind_of

__all__ = ["BETWEEN", "NMNIST", "SETS", "class_names", "data_set", "set_named_in", "set_of"]


def _moved(data: Path | None, part: Part, **options) -> Images:
    """Read MNIST, to be looked at by a sensor that moves."""
    return replace(SETS["mnist"].read(data, part, **options), sensor=saccades)


def _coloured(data: Path | None, part: Part, **_) -> Images:
    return load_cifar10(data, part)


def _recorded(data: Path | None, part: Part, **_) -> Recordings:
    if data is None:
        raise InvalidRequest("the folder of N-MNIST must be named: it is not fetched")
    return load_nmnist(data, part)


MNIST = DataSet(
    name="mnist",
    title="MNIST",
    shape=(SIDE, SIDE, 1),
    classes=tuple("0123456789"),
    splits={"train": 54_000, "validation": 6_000, "test": 10_000},
    folder="mnist",
    licence="CC BY-SA 3.0",
    citation="Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits, 1998",
    url="https://storage.googleapis.com/cvdf-datasets/mnist/",
    read=load_mnist,
    fetch=mnist_folder,
    sample=256,
    picture=read_picture,
    drawing=centred,
)

#: MNIST before a sensor that moves and reports changes.
SACCADED = replace(
    MNIST,
    name="saccades",
    title="MNIST in saccades",
    read=_moved,
    events=SACCADES,
    timesteps=TIMESTEPS,
    sensor=saccades,
)

CIFAR10 = DataSet(
    name="cifar10",
    title="CIFAR-10",
    shape=cifar10.SHAPE,
    classes=cifar10.CLASSES,
    splits={"train": 45_000, "validation": 5_000, "test": 10_000},
    folder="cifar10",
    licence="none is stated; its authors ask to be cited",
    citation="A. Krizhevsky: Learning multiple layers of features from tiny images, 2009",
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    read=_coloured,
    read_training=load_cifar10_training,
    fetch=lambda data, last_resort=None: cifar10_folder(data),
    picture=read_colour_picture,
)

FASHION_MNIST = DataSet(
    name="fashion_mnist",
    title="Fashion-MNIST",
    shape=MNIST.shape,
    classes=CLOTHES,
    splits=MNIST.splits,
    folder="fashion_mnist",
    licence="MIT",
    citation="H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine "
    "learning algorithms, 2017",
    url="https://github.com/zalandoresearch/fashion-mnist",
    read=load_fashion_mnist,
    fetch=lambda data, last_resort=None: fashion_mnist_folder(data),
    picture=lambda path: read_fitted(path, MNIST.shape, dark=True),
    keeps=True,
)

#: MNIST on a screen, as a real sensor has recorded it. Its folder must be named: it is not fetched.
NMNIST = DataSet(
    name="nmnist",
    title="N-MNIST",
    shape=MNIST.shape,
    classes=MNIST.classes,
    splits=MNIST.splits,
    folder="nmnist",
    licence="CC BY-SA 4.0",
    citation="G. Orchard et al.: Converting static image datasets to spiking neuromorphic datasets using "
    "saccades, 2015",
    url="https://www.garrickorchard.com/datasets/n-mnist",
    read=_recorded,
    events=SACCADES,
    timesteps=TIMESTEPS,
)

#: By the names of recipes and of provenance. A network that names none is given the first that fits.
SETS = {entry.name: entry for entry in (MNIST, SACCADED, CIFAR10, FASHION_MNIST)}


def data_set(name: str) -> DataSet[Images]:
    """Return the data set of a name.

    Raises
    ------
    InvalidRequest
        If there is none; the message names one that is near.
    """
    if name in SETS:
        return SETS[name]
    hint = suggest(str(name), SETS) or f"there are {', '.join(SETS)}"
    raise InvalidRequest(f"there is no data set {name!r}: {hint}")


def set_named_in(text: str) -> DataSet[Images] | DataSet[Recordings] | None:
    """Return the data set whose title ``text`` begins with, as the names of images and recordings do."""
    known: tuple[DataSet[Images] | DataSet[Recordings], ...] = (*SETS.values(), NMNIST)
    return next((entry for entry in known if text.startswith(entry.title)), None)


def set_of(network: Network) -> DataSet[Images] | None:
    """Return the data set that ``network`` reads: the one it names, or the first that fits if it names none.

    None if what it names is not here or does not fit, or nothing fits.
    """
    named = network.provenance.get("data")
    entries = SETS.values() if named is None else [SETS[named]] if named in SETS else []
    found = next((entry for entry in entries if entry.fits(network)), None)
    coding = network.input.coding
    if found and coding and not found.coding:
        found = found.coded(coding)
    return found if found is None or network.task is None else found.for_task(network.task.kind)


def class_names(network: Network) -> list[str]:
    """Return the names of the classes of ``network``; of its labels or outputs if it has such.

    Those that its provenance states in ``classes`` (text, a comma and a space between two names), else those
    of the data set that it names, else their numbers.

    Raises
    ------
    InvalidRequest
        If it states more or fewer names than it has classes.
    """
    stated, task = network.provenance.get("classes"), kind_of(network.task)
    count = {"threshold": 2, "reconstruction": 0}.get(task, network.classes)
    if stated is not None:
        names = str(stated).split(BETWEEN) if count else []
        if len(names) != count or not all(names):
            raise InvalidRequest(
                f"{network.name}: provenance: classes: must name {count} classes, not {stated!r}"
            )
        return names
    if task != "classes":
        return ["no", "yes"] if task == "threshold" else [str(number) for number in range(count)]
    if network.provenance.get("data") is not None and (known := set_of(network)):
        return list(known.classes)
    return [str(number) for number in range(network.classes)]
