"""Samples that are kept beside a network: written by training, and played where the data are not at hand.

A network and its Verilog travel, and the data often may not or do not. Equality with the golden model needs
no data set; so some test samples lie beside the network, as codes, and `sim` and its like play them on any
machine. No accuracy is claimed of them: they are a part of the test set.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from accelgen.data import DataSet, Images, set_of
from accelgen.data.recorded import OWN, at_hand
from accelgen.deliver.samples import SAMPLES_FILE, archive, picked, read_samples
from accelgen.files import write_whole
from accelgen.network import Network

__all__ = ["keep", "kept_images", "kept_note"]


def keep(network_file: Path, entry: DataSet[Images], data: Path | None) -> Path | None:
    """Write some test samples of what a network was trained on beside it, and return the file.

    None if the samples of ``entry`` may not lie there (see `accelgen.data.DataSet`).
    """
    if not entry.keeps:
        return None
    digest = entry.own.digest if entry.own else ""
    samples = picked(entry.load("test", data), digest, classes=entry.task == "classes")
    return write_whole(network_file.with_name(SAMPLES_FILE), archive(samples))


def kept_images(network: Network, data: Path | None, folder: Path | None) -> Images | None:
    """Return the samples beside a network if they have to stand in for its data.

    Parameters
    ----------
    network : Network
        Whose samples.
    data : Path, optional
        Where a person says that the data are; then nothing stands in for them.
    folder : Path, optional
        Where the network file is.

    Returns
    -------
    Images or None
        None if the data are at hand, another sample of them travels with the code, or there is no file.

    Raises
    ------
    DataError
        If the file is not as it must be.
    """
    if data is not None or folder is None or not (folder / SAMPLES_FILE).is_file():
        return None
    if OWN in network.provenance:
        here = at_hand(network, folder)
    else:
        entry = set_of(network)
        here = entry is not None and (bool(entry.sample) or entry.place().is_dir())
    if here:
        return None
    samples = read_samples(folder / SAMPLES_FILE, network)
    name = f"{len(samples)} samples kept beside the network"
    if stated := network.provenance.get("data"):
        name += f" (of {stated})"
    if samples.labels is None:
        nothing = np.zeros(len(samples), np.uint8)
        return Images(samples.entering, nothing, name, full=False, labelled=False)
    if network.input.takes == "pixels":
        return Images(samples.entering, samples.labels, name, full=False)
    places = np.arange(len(samples), dtype=np.uint16)[:, None]
    sensor = partial(_recording, samples.entering)
    return Images(places, samples.labels, name, full=False, sensor=sensor)


def _recording(spikes: np.ndarray, places: np.ndarray) -> np.ndarray:
    return spikes[places[:, 0]]


def kept_note(network: Network, images: Images) -> str:
    """Return what to say where samples that are kept stand in for the data."""
    using = f"using {len(images)} samples that are kept beside the network"
    stated = network.provenance.get("data")
    if stated is None:
        return f"{network.name} does not say what it was trained on: {using}"
    where = "--data or ACCELGEN_DATA names the data"
    return f"{stated} is not at hand: {using}, which are not its test set ({where})"
