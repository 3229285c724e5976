"""The register map as a C header."""

from __future__ import annotations

from accelgen.rtl.bus.registers import RegisterMap

__all__ = ["c_header", "prefix"]


def prefix(name: str) -> str:
    """Return what the macros of a network begin with."""
    return name.upper()


def c_header(name: str, registers: RegisterMap, stamp: str) -> str:
    """Return the header: for each register its offset, for a constant its value, for a field its mask.

    Parameters
    ----------
    name : str
        Of the network; the macros begin with it.
    registers : RegisterMap
        What there is.
    stamp : str
        Digest of the network file, in hex.
    """
    start = prefix(name)
    lines = [
        f"/* Registers of {name}: offsets in bytes, values of constants, masks of fields.",
        f" * Network sha256 {stamp}. Written by accelgen. */",
        f"#ifndef {start}_REGISTERS_H",
        f"#define {start}_REGISTERS_H",
        "",
    ]
    for register in registers.registers:
        macro = f"{start}_{register.name}"
        lines += [f"/* {register.meaning} */", f"#define {macro} 0x{register.offset:03x}u"]
        if register.access == "constant":
            lines.append(f"#define {macro}_VALUE 0x{register.reset:08x}u")
        for field in register.fields:
            mask = ((1 << field.width) - 1) << field.low
            lines.append(f"#define {macro}_{field.name.upper()} 0x{mask:x}u /* {field.meaning} */")
        lines.append("")
    return "\n".join([*lines, "#endif", ""])
