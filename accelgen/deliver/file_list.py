"""The list of the sources of a top, which Verilator, Icarus and others take with ``-f``."""

from __future__ import annotations

from accelgen.rtl.manifest import Manifest

__all__ = ["file_list"]


def file_list(manifest: Manifest) -> str:
    """Return the names of the Verilog sources, a line each, from the folder that they are in."""
    return (
        f"// Sources of {manifest.name}: verilator -f, iverilog -c, in the folder of this file.\n"
        f"{manifest.files['verilog']}\n"
    )
