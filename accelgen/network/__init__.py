"""The contract: what a trained network is, in integers, and the one file that holds it."""

from accelgen.network.blocks import BlockSparse
from accelgen.network.encoding import PixelInput, quantise_pixels
from accelgen.network.file import digest, load, save
from accelgen.network.layers import Dense, Requantise
from accelgen.network.network import Network
from accelgen.network.size import stored_bits

__all__ = [
    "BlockSparse",
    "Dense",
    "Network",
    "PixelInput",
    "Requantise",
    "digest",
    "load",
    "quantise_pixels",
    "save",
    "stored_bits",
]
