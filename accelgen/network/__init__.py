"""The contract: what a trained network is, in integers, and the one file that holds it."""

from accelgen.network.blocks import BlockSparse
from accelgen.network.coding import Coding
from accelgen.network.convolution import Conv
from accelgen.network.dense import Dense
from accelgen.network.encoding import EventInput, PixelInput, RateInput, quantise_pixels
from accelgen.network.file import digest, load, save
from accelgen.network.integrator import Integrator
from accelgen.network.layer import Layer
from accelgen.network.multiply import Multiply
from accelgen.network.network import Network
from accelgen.network.rule import Requantise
from accelgen.network.size import stored_bits
from accelgen.network.spiking import Neuron, Spiking
from accelgen.network.synapse import Synapse
from accelgen.network.task import Task
from accelgen.network.thresholds import Thresholds
from accelgen.network.window import Window

__all__ = [
    "BlockSparse",
    "Coding",
    "Conv",
    "Dense",
    "EventInput",
    "Integrator",
    "Layer",
    "Multiply",
    "Network",
    "Neuron",
    "PixelInput",
    "RateInput",
    "Requantise",
    "Spiking",
    "Synapse",
    "Task",
    "Thresholds",
    "Window",
    "digest",
    "load",
    "quantise_pixels",
    "save",
    "stored_bits",
]
