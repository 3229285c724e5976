"""The register map as a page for people, in Markdown."""

from __future__ import annotations

from accelgen.rtl.bus.front import front_of
from accelgen.rtl.bus.registers import Register, RegisterMap

__all__ = ["page"]

ACCESS = {
    "constant": "read",
    "read": "read",
    "read-write": "read, write",
    "clear": "read, write 1 to clear",
    "write": "write",
    "take": "read takes",
}


def page(name: str, registers: RegisterMap, stamp: str) -> str:
    """Return the page of a register map.

    Parameters
    ----------
    name : str
        Of the network.
    registers : RegisterMap
        What there is.
    stamp : str
        Digest of the network file, in hex.
    """
    front = front_of(registers.bus)
    lines = [
        f"# Registers of {name}",
        "",
        f"Behind {front.title}, {registers.data_bits} bits, in {1 << registers.address_bits:,} bytes. "
        f"The network file has the SHA-256 `{stamp}`.",
        "",
        f"An access that is refused is answered with {front.refusal} and changes nothing. Refused are: an "
        "address where no register begins, a write to what is only read, a read of what is only written, a "
        "one where a register has no bit, part of a word where words are handed on, and a word for which a "
        "queue has no room, or has none.",
        "",
        "| offset | name | access | bits | reset | meaning |",
        "| ---: | --- | --- | ---: | ---: | --- |",
        *(_row(register) for register in registers.registers),
        "",
    ]
    for register in registers.registers:
        if register.fields:
            lines += [f"## {register.name}", "", "| bits | field | meaning |", "| ---: | --- | --- |"]
            lines += [
                f"| {_bits(field.low, field.width)} | `{field.name}` | {field.meaning} |"
                for field in register.fields
            ]
            lines.append("")
    return "\n".join(lines)


def _row(register: Register) -> str:
    reset = f"`0x{register.reset:x}`" if register.access not in ("write", "take") else "-"
    cells = (
        f"`0x{register.offset:03x}`",
        f"`{register.name}`",
        ACCESS[register.access],
        str(register.width),
        reset,
        register.meaning,
    )
    return f"| {' | '.join(cells)} |"


def _bits(low: int, width: int) -> str:
    return str(low) if width == 1 else f"{low + width - 1} to {low}"
