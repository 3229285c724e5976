"""What a driver in Python has behind a bus: the registers, and a device that is reached through them."""

from __future__ import annotations

from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.manifest import Manifest

__all__ = ["device", "register_lines"]

DEVICE = '''

class DeviceError(Exception):
    """The device does not answer, is another one, or has refused what it was sent."""


class Device:
    """@NAME@ behind registers.

    bus: has read(address), which returns a word, and write(address, word).
    base: the address of the first register.
    patience: how often a register is looked at before an error is raised.
    """

    def __init__(self, bus, base=0, patience=100_000):
        self.bus, self.base, self.patience = bus, base, patience

    def read(self, name):
        """Return what a register reads."""
        return self.bus.read(self.base + REGISTERS[name])

    def write(self, name, word):
        """Write a register."""
        self.bus.write(self.base + REGISTERS[name], word)

    def check(self):
        """Raise DeviceError unless this very network is there."""
        for name, value in CONSTANTS.items():
            found = self.read(name)
            minor = 8 if name == "VERSION" else 0  # bits: another minor number only has more in it
            if found >> minor != value >> minor:
                raise DeviceError(f"another device: {name} reads {found:#x} and should read {value:#x}")

    def reset(self):
        """Reset the network, its queues and its registers@RESET@."""
        self.write("CONTROL", 1)

    def errors(self):
        """Return the names of the errors since they were cleared, and clear them."""
        bits = self.read("ERRORS")
        self.write("ERRORS", bits)
        return [name for bit, name in enumerate(ERRORS) if bits >> bit & 1]
@LOAD@
    def send(self, sample):
        """Send an image, or the events of a sample: what pack takes."""
        self._put(words_of(pack(sample)), "INPUT")

    def receive(self):
        """Wait for a result, and return it."""
        self._wait("STATUS", RESULT_WAITS)
        return unpack([self.read("RESULT") for _ in range(@RESULTS@)])

    def classify(self, sample):
        """Send a sample, and return its result."""
        self.send(sample)
        return self.receive()

    def _put(self, words, queue):
        """Write a frame into a queue, as much at a time as it has room for."""
        room = 0
        for number, word in enumerate(words):
            if not room:
                room = self._wait(f"{queue}_ROOM", 0xFFFFFFFF)
            self.write(f"{queue}_LAST" if number == len(words) - 1 else queue, word)
            room -= 1

    def _wait(self, name, mask):
        """Return a register once some of these bits of it are not zero."""
        for _ in range(self.patience):
            if (word := self.read(name)) & mask:
                return word
            if self.read("STATUS") & ERROR_WAITS:
                raise DeviceError(f"{name} stays zero, and there is an error: {', '.join(self.errors())}")
        raise DeviceError(f"{name} stays zero")
'''

LOAD = '''
    def load(self, words):
        """Load the tables: what the function tables returns."""
        self._put(words, "TABLE")
        self._wait("STATUS", READY)
'''


def register_lines(registers: RegisterMap) -> str:
    """Return the offsets of all registers, the values of those that never change, and the bits of others."""
    offsets = "".join(
        f'    "{register.name}": 0x{register.offset:03X},\n' for register in registers.registers
    )
    constants = "".join(
        f'    "{register.name}": 0x{register.reset:08X},\n'
        for register in registers.registers
        if register.access == "constant"
    )
    bits = {field.name: 1 << field.low for field in registers["STATUS"].fields}
    errors = ", ".join(f'"{field.name}"' for field in registers["ERRORS"].fields)
    waits = ", ".join(str(bits[name]) for name in ("ready", "result", "error"))
    return (
        f"READY, RESULT_WAITS, ERROR_WAITS = {waits}  # of STATUS\n"
        f"ERRORS = ({errors})  # of the register, from bit 0 up\n"
        f"\n#: Offsets of the registers, in bytes.\nREGISTERS = {{\n{offsets}}}\n"
        f"\n#: What these registers always read.\nCONSTANTS = {{\n{constants}}}\n"
    )


def device(manifest: Manifest) -> str:
    """Return the class of a device."""
    loads = manifest.weights == "ram"
    text = DEVICE.replace("@LOAD@", LOAD if loads else "")
    return text.replace("@RESET@", "; tables have to be loaded again" if loads else "")
