"""Verilog and its manifest: the same network and options give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.errors import InvalidOption
from accelgen.network.fields import check_type
from accelgen.network.file import digest
from accelgen.network.network import Network
from accelgen.rtl.bus.files import software_of
from accelgen.rtl.bus.front import front_of
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.macros import MacroTables
from accelgen.rtl.manifest import Manifest, manifest_of
from accelgen.rtl.tables import load_beats
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
    software : dict of str to str
        Behind a bus: the files that software needs, by name.
    """

    verilog: str
    manifest: Manifest
    load: np.ndarray | None
    software: dict[str, str]


def generate(
    network: Network,
    datapath: Datapath | None = None,
    platform: MacroTables | None = None,
    bus: str | None = None,
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
    bus : str, optional
        Puts the network behind the registers of a bus, one of `accelgen.rtl.bus.fronts.BUSES`.

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
    hardware = hardware_of(network, datapath)
    stamp = digest(network)
    registers = register_map(hardware, stamp, bus) if bus is not None else None
    top = hardware.top() if registers is None else BusTop(hardware, registers)
    header = [
        f"// {network.name}: {len(network.layers)} layers, {hardware.describe()}",
        f"// network sha256 {stamp}",
    ]
    text = "\n".join(header) + "\n" + to_verilog(top, network.name, platform)
    load = load_beats(hardware.tables) if hardware.loadable else None
    software = {} if registers is None else software_of(hardware, registers, stamp)
    return Generated(text, manifest_of(hardware, stamp, text, registers), load, software)


def write(
    network: Network,
    datapath: Datapath,
    out: Path,
    platform: MacroTables | None = None,
    bus: str | None = None,
) -> Generated:
    """Write ``<name>.v``, ``manifest.json`` and what else there is into ``out``; see `generate`.

    That is ``weights.bin`` for RAM tables, and behind a bus what software needs.
    """
    generated = generate(network, datapath, platform, bus)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{network.name}.v").write_text(generated.verilog)
    if generated.load is not None:
        (out / "weights.bin").write_bytes(generated.load.astype("<u4").tobytes())
    for name, text in generated.software.items():
        (out / name).write_text(text)
    (out / "manifest.json").write_text(generated.manifest.text())
    return generated
