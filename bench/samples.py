"""A few real samples beside every shipped model, of the test set of its data: ``python -m bench.samples``.

Only of data sets of which a sample travels with the code anyhow: of others nobody has said that their images
may. What a file holds is in `accelgen.deliver.samples`.
"""

from __future__ import annotations

import sys

from accelgen.data import set_of
from accelgen.deliver.samples import SAMPLES_FILE, Samples, archive, read_samples
from accelgen.files import write_whole
from accelgen.models import NETWORK_FILE, folder_to_write, network_names
from accelgen.network import Network, load

__all__ = ["COUNT", "main", "samples_of"]

COUNT = 20


def samples_of(network: Network) -> Samples | None:
    """Return samples of the test set of a network, or None if they may not travel with it."""
    entry = set_of(network)
    if entry is None or not entry.sample:
        return None
    images = entry.load(sample="only").first(COUNT)
    return Samples(images.spikes(0, COUNT) if images.events else images.pixels, images.labels)


def main(names: list[str]) -> None:
    """Write the samples of some models, of all that are here by default, and say how large they are."""
    for name in names or network_names():
        folder = folder_to_write(name)
        network = load(folder / NETWORK_FILE)
        samples = samples_of(network)
        if samples is None:
            print(f"{name}: no samples: its images may not travel with it")
            continue
        path = write_whole(folder / SAMPLES_FILE, archive(samples))
        print(f"{name}: {len(read_samples(path, network))} samples, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
