"""Which options go with which network."""

from __future__ import annotations

from accelgen.data import set_of
from accelgen.data.recorded import OWN
from accelgen.errors import InvalidOption
from accelgen.golden.early_stop import largest_margin
from accelgen.network import Network
from accelgen.network.spiking import MAX_TIMESTEPS

__all__ = ["check_clock", "check_dense", "check_drawn", "check_margin", "timesteps_of"]

#: MHz; inputs change a tenth of a nanosecond after the edge.
FASTEST = 5_000


def timesteps_of(network: Network, timesteps: int | None) -> int:
    """Return how many timesteps to run: what was asked for, else what the network was trained with.

    Raises
    ------
    InvalidOption
        If that is more than the hardware, or a recording of its data set, has.
    """
    known = set_of(network)
    trained = network.provenance.get("timesteps", MAX_TIMESTEPS)
    most = (known and known.timesteps) or MAX_TIMESTEPS
    if OWN in network.provenance and network.input.takes == "events" and isinstance(trained, int):
        most = min(most, max(trained, 1))  # recordings of somebody's own end where training did
    if timesteps is None:
        return trained if isinstance(trained, int) and 1 <= trained <= most else most
    if not 1 <= timesteps <= most:
        raise InvalidOption(f"timesteps must be 1 to {most} for {network.name}, not {timesteps}")
    return timesteps


def check_margin(network: Network, margin: int | None) -> None:
    """Raise `InvalidOption` unless the hardware of a spiking network can be given ``margin``."""
    most = largest_margin(network)
    if margin is not None and not 0 <= margin <= most:
        raise InvalidOption(f"margin must be 0 to {most} for {network.name}, not {margin}")


def check_dense(network: Network, **options) -> None:
    """Raise `InvalidOption` if a dense network is given an option of spiking ones."""
    for name, value in options.items():
        if value:
            raise InvalidOption(f"{name} needs a spiking network, and {network.name} is none")


def check_drawn(network: Network, drawn: int | None) -> None:
    """Raise `InvalidOption` if spikes are to be drawn for a network that takes no pixels."""
    if drawn is not None and not (network.spiking and network.input.takes == "pixels"):
        raise InvalidOption(f"bernoulli needs a spiking network of pixels, and {network.name} is none")
    if drawn is not None and drawn < 0:
        raise InvalidOption(f"bernoulli must be a seed of 0 or more, not {drawn}")


def check_clock(clock: float | None) -> None:
    """Raise `InvalidOption` unless ``clock``, in MHz, is one or None."""
    if clock is not None and not 0 < clock <= FASTEST:
        raise InvalidOption(f"clock must be above 0 and at most {FASTEST:,} MHz, not {clock:g}")
