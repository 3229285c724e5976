"""The contract: what a trained network is, in integers, and the one file that holds it."""

from accelgen.network.blocks import BlockSparse
from accelgen.network.convolution import Conv, Window
from accelgen.network.encoding import EventInput, PixelInput, RateInput, quantise_pixels
from accelgen.network.file import digest, load, save
from accelgen.network.layers import Dense, Requantise
from accelgen.network.network import Network
from accelgen.network.size import stored_bits
from accelgen.network.spiking import Neuron, Spiking

__all__ = [
    "BlockSparse",
    "Conv",
    "Dense",
    "EventInput",
    "Network",
    "Neuron",
    "PixelInput",
    "RateInput",
    "Requantise",
    "Spiking",
    "Window",
    "digest",
    "load",
    "quantise_pixels",
    "save",
    "stored_bits",
]
