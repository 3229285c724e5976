"""Data sets: images, and recordings of them, from a named folder, a cache, or the committed sample."""

from typing import TYPE_CHECKING

from accelgen.door import open_door

if TYPE_CHECKING:  # for type checkers; the names, again, are those of the door
    from accelgen.data.dataset import DataSet as DataSet
    from accelgen.data.images import Images as Images
    from accelgen.data.mnist import load_mnist as load_mnist
    from accelgen.data.nmnist import Recordings as Recordings
    from accelgen.data.sets import BETWEEN as BETWEEN
    from accelgen.data.sets import NMNIST as NMNIST
    from accelgen.data.sets import SETS as SETS
    from accelgen.data.sets import class_names as class_names
    from accelgen.data.sets import data_set as data_set
    from accelgen.data.sets import set_named_in as set_named_in
    from accelgen.data.sets import set_of as set_of

__all__ = [
    "BETWEEN",
    "NMNIST",
    "SETS",
    "DataSet",
    "Images",
    "Recordings",
    "class_names",
    "data_set",
    "load_mnist",
    "set_named_in",
    "set_of",
]

open_door(
    __name__,
    {
        "BETWEEN": "accelgen.data.sets",
        "NMNIST": "accelgen.data.sets",
        "SETS": "accelgen.data.sets",
        "DataSet": "accelgen.data.dataset",
        "Images": "accelgen.data.images",
        "Recordings": "accelgen.data.nmnist",
        "class_names": "accelgen.data.sets",
        "data_set": "accelgen.data.sets",
        "load_mnist": "accelgen.data.mnist",
        "set_named_in": "accelgen.data.sets",
        "set_of": "accelgen.data.sets",
    },
)
