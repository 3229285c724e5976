"""What is delivered to try hardware with: a bench for a simulator, and a driver for software."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from accelgen.deliver.bench import bench_names, bench_texts
from accelgen.deliver.driver import driver, driver_name
from accelgen.deliver.samples import SAMPLES_FILE, read_samples
from accelgen.network.network import Network
from accelgen.rtl.manifest import Manifest

__all__ = ["trial"]


def trial(
    manifest: Manifest, network: Network, load: np.ndarray | None, folder: Path
) -> tuple[Manifest, dict[str, str]]:
    """Return a manifest that lists a bench and a driver, and the text of each of their files by its name.

    Parameters
    ----------
    manifest : Manifest
        Of the hardware.
    network : Network
        What it runs.
    load : uint32[beats] or None
        The table frame, where tables are loaded.
    folder : Path
        Where the network is: if ``samples.npz`` lies beside it, the first of them are played.

    Raises
    ------
    DataError
        If that file is wrong.
    """
    path = folder / SAMPLES_FILE
    samples = read_samples(path, network) if path.is_file() else None
    listed = replace(
        manifest, files=manifest.files | bench_names(manifest) | {"driver": driver_name(manifest)}
    )
    texts = bench_texts(listed, network, load, samples)
    return listed, texts | {driver_name(listed): driver(listed, network)}
