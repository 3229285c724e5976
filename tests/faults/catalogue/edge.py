"""Faults of what receives frames and events."""

from tests.faults.catalogue.fault import Fault

__all__ = ["FAULTS"]

FAULTS = [
    Fault(
        "a long frame is accepted",
        "edge/frame.py",
        "self.long.eq(taken & ~self.tlast & final)",
        "self.long.eq(0)",
    ),
    Fault(
        "a repeated event takes the first one back",
        "edge/events.py",
        "Mux(fetching, memory.data, 0)) | its_bit",
        "Mux(fetching, memory.data, 0)) ^ its_bit",
    ),
    Fault(
        "events of a block that comes back are lost", "edge/events.py", "Mux(fetching, memory.data, 0)", "0"
    ),
    Fault(
        "words without events keep old ones", "edge/events.py", "Mux(occupied, memory.data, 0)", "memory.data"
    ),
    Fault("a 17th timestep is accepted", "edge/events.py", "self.long.eq(taken & over)", "self.long.eq(0)"),
    Fault(
        "an address that is not there is accepted",
        "edge/events.py",
        "self.range_.eq(taken & bad & ~self.long)",
        "self.range_.eq(0)",
    ),
    Fault(
        "the last event of a timestep is lost",
        "edge/events.py",
        "valid.eq(gathering)\n            m.d.sync += gathering.eq(0)\n            m.next",
        "valid.eq(0)\n            m.d.sync += gathering.eq(0)\n            m.next",
    ),
    Fault(
        "a frame without an end is an image",
        "edge/image.py",
        "ends = final & self.tlast &",
        "ends = final &",
    ),
    Fault(
        "the rest of a long frame is an image",
        "edge/image.py",
        "dropping.eq(self.long)",
        "dropping.eq(0)",
    ),
]
