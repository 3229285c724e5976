"""From Amaranth to Verilog, the same way for every top."""

from __future__ import annotations

from amaranth.hdl import Elaboratable

from accelgen.rtl.garbage import uncollected
from accelgen.rtl.text.design import Design
from accelgen.rtl.text.rows import Rom

__all__ = ["to_verilog"]


def to_verilog(
    top: Elaboratable, name: str, platform: object = None, about: str = "", rom: Rom = "initial"
) -> tuple[str, dict[str, str]]:
    """Elaborate ``top`` and write it as Verilog, a module called ``name`` and those below it.

    Parameters
    ----------
    top : Elaboratable
        What to build.
    name : str
        Of the module; the names of all others begin with it, so that designs of other names fit beside it.
    platform : object, optional
        Handed to every ``elaborate``.
    about : str
        Lines of comment for the start of the file.
    rom : {"initial", "case", "hex"}
        How memories of constants are written.

    Returns
    -------
    (str, dict of str to str)
        The text, and with "hex" the files that it reads, by their names.

    Raises
    ------
    ToolError
        If Amaranth made something of which no Verilog is known here.
    """
    with uncollected():
        design = Design(top, name, platform, rom)
    # what follows in a project of old Verilog may count on nets that nobody declares
    return f"{about}\n`default_nettype none\n\n{design.text}\n`default_nettype wire\n", design.files
