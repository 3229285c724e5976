"""What goes in: images, and recordings of them, from a named folder, a cache, or the committed sample."""

from accelgen.door import open_door

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
