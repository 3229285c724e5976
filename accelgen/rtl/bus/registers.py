"""The register map, as data: hardware, manifest, page, C header and SVD are all made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accelgen.network.task import kind_of
from accelgen.rtl.bus.work import skips
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.hardware import Hardware, PixelBeats
from accelgen.rtl.words import BEAT_BITS

__all__ = [
    "ADDRESS_BITS",
    "IDENTITY",
    "QUEUED",
    "VERSION",
    "Access",
    "Field",
    "Register",
    "RegisterMap",
    "register_map",
    "words_of_beat",
    "words_of_tables",
]

#: Bits of an address: the registers are in a page of 4 KiB, as interconnects hand them out.
ADDRESS_BITS = 12

#: Beats that wait on their way into the network.
QUEUED = 16

#: What `ID` reads: "AGEN".
IDENTITY = 0x4147454E

#: Of the register map: another major number (above bit 8) is another map, another minor one has more in it.
VERSION = 0x0101

Access = Literal["constant", "read", "read-write", "clear", "write", "take"]


#: What `RESULT` gives, by task.
RESULTS = {
    "classes": "the scores, signed, class 0 first, then the class",
    "labels": "the scores, signed, label 0 first",
    "regression": "the scores, signed, output 0 first",
    "reconstruction": "the scores, signed, value 0 first",
    "threshold": "the score, signed, then 1 if it is at least the threshold, else 0",
}


@dataclass(frozen=True, slots=True)
class Field:
    """Bits of a register.

    Attributes
    ----------
    name : str
        Lower case, of one word or several with underscores.
    low, width : int
        Its lowest bit, and how many there are.
    meaning : str
        In words.
    """

    name: str
    low: int
    width: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Register:
    """A register.

    Attributes
    ----------
    name : str
        Upper case.
    offset : int
        Bytes from the first register, a multiple of 4.
    access : str
        What software may do: "constant" and "read" are read; "read-write" keeps what is written; "clear" is
        read, and a one that is written clears its bit; "write" hands a word on; "take" hands out a word with
        each read.
    width : int
        Bits, from bit 0 on; the others read 0, and a one written there is refused.
    reset : int
        What is read after reset, and always of a constant.
    meaning : str
        In words.
    fields : tuple of Field
        Its parts, if it has any.
    """

    name: str
    offset: int
    access: Access
    width: int
    reset: int
    meaning: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterMap:
    """The registers of a network behind a bus.

    Attributes
    ----------
    bus : str
        Name of the bus.
    address_bits, data_bits : int
        Of a byte address, and of a word.
    registers : tuple of Register
        In the order of their offsets.
    """

    bus: str
    address_bits: int
    data_bits: int
    registers: tuple[Register, ...]

    def __getitem__(self, name: str) -> Register:
        """Return the register of that name."""
        return next(register for register in self.registers if register.name == name)

    def __contains__(self, name: str) -> bool:
        """Return whether there is a register of that name."""
        return any(register.name == name for register in self.registers)


FEATURES = (
    Field("spiking", 0, 1, "the network spikes"),
    Field("loaded", 1, 1, "tables are loaded, through `TABLE`"),
    Field("early_stop", 2, 1, "`MARGIN` is there"),
    Field("events", 3, 1, "events enter, not pixels"),
    Field("skipping", 4, 1, "zeros are left out, and `SKIPPED` is there"),
)
STATUS = (
    Field("ready", 0, 1, "the tables are whole, so images may enter"),
    Field("result", 1, 1, "a whole result waits in `RESULT`"),
    Field("last", 2, 1, "the next word of `RESULT` is a class, the last of its result"),
    Field("error", 3, 1, "a bit of `ERRORS` is set"),
    Field("loading", 4, 1, "table words wait, or a table frame has begun and not ended"),
)
INTERRUPTS = (
    Field("result", 0, 1, "a whole result waits in `RESULT`"),
    Field("error", 1, 1, "a bit of `ERRORS` is set"),
)
MISTAKES = {
    "short": "an input frame was too short, and was dropped",
    "long": "an input frame was too long, and was dropped",
    "range": "an input frame had a one in a bit that is no pixel, or no event, and was dropped",
    "load": "a table frame was too short or too long; there are no tables until a good one has come",
}


def register_map(hardware: Hardware, stamp: str, bus: str) -> RegisterMap:
    """Return the registers of hardware.

    Parameters
    ----------
    hardware : Hardware
        What is behind the bus. What it does not have has no register.
    stamp : str
        Digest of the network file, in hex.
    bus : str
        Name of the bus.
    """
    registers = [*_identity(hardware, stamp), *_control(hardware), *_settings(hardware), *_words(hardware)]
    return RegisterMap(bus, ADDRESS_BITS, BEAT_BITS, tuple(registers))


def words_of_beat(hardware: Hardware) -> int:
    """Return how many words make an input beat."""
    return -(-hardware.input.width // BEAT_BITS)


def words_of_tables(hardware: Hardware) -> int:
    """Return how many words a table frame has, 0 where tables are not loaded."""
    if not hardware.loadable:
        return 0
    tables = [memory for memory in hardware.memories if memory.role == "table"]
    return sum(table.depth * -(-table.width // BEAT_BITS) for table in tables)


def _identity(hardware: Hardware, stamp: str) -> list[Register]:
    """Return the registers that never change."""
    entering = hardware.input
    words = entering.beats * words_of_beat(hardware) if isinstance(entering, PixelBeats) else 0
    events = hardware.stream == "events"
    answers = (hardware.spiking, hardware.loadable, hardware.early_stop, events, skips(hardware))
    features = sum(bool(answer) << field.low for answer, field in zip(answers, FEATURES, strict=True))
    facts = [
        ("ID", IDENTITY, '"AGEN": a network made by accelgen'),
        ("VERSION", VERSION, "of this register map: major number from bit 8 on, minor number below"),
        ("FEATURES", features, "what this hardware has"),
        ("CLASSES", hardware.plan.classes, "scores of a result"),
        ("INPUT_WORDS", words, "words of an image; 0 if events enter, in frames of any length"),
        ("TABLE_WORDS", words_of_tables(hardware), "words of the table frame; 0 if tables are not loaded"),
    ]
    parts = {"FEATURES": FEATURES}
    found = [
        Register(name, 4 * number, "constant", BEAT_BITS, value, meaning, parts.get(name, ()))
        for number, (name, value, meaning) in enumerate(facts)
    ]
    digest = bytes.fromhex(stamp)
    for number in range(len(digest) // 4):
        value = int.from_bytes(digest[4 * number : 4 * number + 4], "little")
        meaning = (
            f"bytes {4 * number} to {4 * number + 3} of the SHA-256 of the network file, the first lowest"
        )
        found.append(Register(f"DIGEST{number}", 0x20 + 4 * number, "constant", BEAT_BITS, value, meaning))
    return found


def _control(hardware: Hardware) -> list[Register]:
    """Return what every network has for its control."""
    errors = tuple(Field(name, bit, 1, MISTAKES[name]) for bit, name in enumerate(ERRORS))
    ready = int(not hardware.loadable)
    reset = Field("reset", 0, 1, "a one resets the network, its queues and all registers, in this cycle")
    return [
        Register("STATUS", 0x40, "read", len(STATUS), ready, "what can be done now", STATUS),
        Register("CONTROL", 0x44, "write", 1, 0, "what is to be done at once", (reset,)),
        Register("ERRORS", 0x48, "clear", len(ERRORS), 0, "errors since they were cleared", errors),
        Register("IRQ_ENABLE", 0x4C, "read-write", len(INTERRUPTS), 0, "what raises `irq`", INTERRUPTS),
        Register("IRQ_PENDING", 0x50, "read", len(INTERRUPTS), 0, "what there is to raise it", INTERRUPTS),
        Register("IMAGES", 0x54, "read", BEAT_BITS, 0, "results that have left the network; wraps"),
        Register("CYCLES", 0x58, "read", BEAT_BITS, 0, "cycles since reset; wraps"),
        Register(
            "LATENCY",
            0x5C,
            "read",
            BEAT_BITS,
            0,
            "cycles from the latest last input beat that the network took to the latest class: of an image "
            "that was alone in the network, the time it took",
        ),
    ]


def _settings(hardware: Hardware) -> list[Register]:
    """Return what is set for the next image, if there is anything to set, and what zeros have spared."""
    meanings = {
        "last_timestep": "timesteps of an image, less one; an image has what is here as its first beat is "
        "written",
        "margin": "lead at which a sample stops early, 0 for never; a sample has what is here as its first "
        "beat is written",
    }
    offsets = {"last_timestep": 0x60, "margin": 0x64}
    found = [
        Register(port.name.upper(), offsets[port.name], "read-write", port.width, 0, meanings[port.name])
        for port in sorted(hardware.ports, key=lambda port: offsets.get(port.name, 0))
        if port.name in offsets
    ]
    if skips(hardware):
        what = "timesteps" if hardware.spiking else "images"
        spared = (
            f"activations that were left out because they are zero, once for each pass of the lanes that "
            f"would have met them, of all {what} that have left the engine; wraps"
        )
        found.append(Register("SKIPPED", 0x68, "read", BEAT_BITS, 0, spared))
    return found


def _words(hardware: Hardware) -> list[Register]:
    """Return the registers through which frames pass."""
    room = QUEUED * words_of_beat(hardware)
    found = [
        Register("INPUT", 0x80, "write", BEAT_BITS, 0, "a word of an input frame, low words of a beat first"),
        Register("INPUT_LAST", 0x84, "write", BEAT_BITS, 0, "the last word of an input frame"),
        Register("INPUT_ROOM", 0x88, "read", BEAT_BITS, room, "words that `INPUT` would take now"),
        Register("RESULT", 0x90, "take", BEAT_BITS, 0, RESULTS[kind_of(hardware.network.task)]),
        Register("RESULT_LEVEL", 0x94, "read", BEAT_BITS, 0, "words that `RESULT` would give now"),
    ]
    if hardware.loadable:
        found += [
            Register("TABLE", 0xA0, "write", BEAT_BITS, 0, "a word of a table frame"),
            Register("TABLE_LAST", 0xA4, "write", BEAT_BITS, 0, "the last word of a table frame"),
            Register("TABLE_ROOM", 0xA8, "read", BEAT_BITS, QUEUED, "words that `TABLE` would take now"),
        ]
    return found
