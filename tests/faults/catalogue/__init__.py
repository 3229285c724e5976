"""The faults, a file for each room of the hardware."""

from tests.faults.catalogue import (
    common,
    convolutional,
    dense,
    edge,
    pipelined,
    spiking,
    unrolled,
    unrolled_spiking,
)
from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS", "Fault"]

FAULTS = [
    fault
    for room in (common, convolutional, dense, edge, pipelined, spiking, unrolled, unrolled_spiking)
    for fault in room.FAULTS
]
