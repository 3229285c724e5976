"""Verilog and its manifest: the same network and options give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np

from accelgen.errors import InvalidOption
from accelgen.network.fields import check_type
from accelgen.network.file import digest
from accelgen.network.network import Network
from accelgen.rtl.bus.front import front_of
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.edge.axi_names import AxiNames
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.macros import MacroTables
from accelgen.rtl.manifest import Manifest, manifest_of
from accelgen.rtl.tables import load_beats
from accelgen.rtl.text.header import header
from accelgen.rtl.text.rows import Rom
from accelgen.rtl.text.waivers import waiver_file
from accelgen.rtl.verilog import to_verilog
from accelgen.values import shown

__all__ = ["Generated", "generate", "write"]


@dataclass(frozen=True, slots=True)
class Generated:
    """Hardware, as text.

    Attributes
    ----------
    verilog : str
        One file, one top named after the network.
    manifest : Manifest
        Ports, memories, layers, digests and tools, for every later step.
    load : uint32[beats] or None
        The table frame, with ``weights = "ram"``.
    rom_files : dict of str to str
        With ``rom = "hex"``, the files that the Verilog reads, by name.
    """

    verilog: str
    manifest: Manifest
    load: np.ndarray | None
    rom_files: dict[str, str]

    @property
    def files(self) -> dict[str, str | bytes]:
        """What `write` writes beside the manifest, by name: the Verilog, and what goes with it."""
        named = self.manifest.files
        written: dict[str, str | bytes] = {named["verilog"]: self.verilog, named["waivers"]: waiver_file()}
        if self.load is not None:
            written[named["load"]] = self.load.astype("<u4").tobytes()
        return written | self.rom_files


def generate(
    network: Network,
    datapath: Datapath | None = None,
    platform: MacroTables | None = None,
    name: str | None = None,
    rom: Rom = "initial",
    bus: str | None = None,
    *,
    axi_names: bool = False,
) -> Generated:
    """Make the hardware of a network.

    Parameters
    ----------
    network : Network
        The tables.
    datapath : Datapath, optional
        How much hardware, and where the tables live; `Datapath` says which values it takes.
    platform : MacroTables, optional
        Holds tables in macros.
    name : str, optional
        Of the top, with which the names of all its modules begin; by default that of the network.
    rom : "initial", "case" or "hex"
        How tables that nobody loads are written: as start values of memories, which FPGA tools and
        simulators read; as cases of an address, which ASIC synthesis reads too; or as files beside the
        Verilog. All three are the same circuit.
    bus : str, optional
        Puts the network behind the registers of a bus, one of `accelgen.rtl.bus.fronts.BUSES`.
    axi_names : bool
        Calls the clock ``aclk``, and the reset, active when low, ``aresetn``.

    Raises
    ------
    InvalidNetwork, InvalidOption
        If an argument is of another type, or the network cannot be built in that way.
    """
    check_type("network", network, Network)
    if not isinstance(datapath := Datapath() if datapath is None else datapath, Datapath):
        raise InvalidOption(f"datapath must be a Datapath, not {shown(datapath)}")
    if bus is not None:
        front_of(bus)
        if datapath.tdata_width:
            raise InvalidOption("tdata_width is of a stream, and behind a bus there is none")
        if datapath.interval:
            raise InvalidOption("interval is of streams, and a bus takes and gives a word at a time")
    stamp = digest(network)
    hardware = hardware_of(network if name is None else replace(network, name=name), datapath)
    if rom not in get_args(Rom):
        raise InvalidOption(f"rom must be 'initial', 'case' or 'hex', not {shown(rom)}")
    if rom != "initial" and (hardware.loadable or not hardware.tables):
        raise InvalidOption(
            f"rom {rom!r} is of tables in ROM, and {network.name} has none: {hardware.describe()}"
        )
    registers = register_map(hardware, stamp, bus) if bus is not None else None
    top = hardware.top() if registers is None else BusTop(hardware, registers)
    about = header(hardware, stamp, rom, bus, axi_names=axi_names)
    top = AxiNames(top) if axi_names else top
    text, rom_files = to_verilog(top, hardware.network.name, platform, about, rom)
    load = load_beats(hardware.tables) if hardware.loadable else None
    manifest = manifest_of(hardware, stamp, text, registers, rom_files, axi_names=axi_names)
    return Generated(text, manifest, load, rom_files)


def write(
    network: Network,
    datapath: Datapath,
    out: Path,
    platform: MacroTables | None = None,
    name: str | None = None,
    rom: Rom = "initial",
    bus: str | None = None,
    *,
    axi_names: bool = False,
) -> Generated:
    """Write ``<name>.v``, ``<name>.vlt`` and ``manifest.json`` into ``out``; see `generate`.

    With RAM tables, ``weights.bin`` is written, too; with ``rom = "hex"``, the files that the Verilog reads.
    What else may lie beside the Verilog is of `accelgen.deliver`.
    """
    generated = generate(network, datapath, platform, name, rom, bus, axi_names=axi_names)
    out.mkdir(parents=True, exist_ok=True)
    for file, content in generated.files.items():
        (out / file).write_bytes(content.encode() if isinstance(content, str) else content)
    (out / "manifest.json").write_text(generated.manifest.text())
    return generated
