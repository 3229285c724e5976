"""Verilog and its manifest: the same network and options give the same bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from accelgen.errors import InvalidOption
from accelgen.network.fields import check_type
from accelgen.network.file import digest
from accelgen.network.network import Network
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.macros import MacroTables
from accelgen.rtl.manifest import Manifest, manifest_of
from accelgen.rtl.tables import load_beats
from accelgen.rtl.text.header import header
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
    """

    verilog: str
    manifest: Manifest
    load: np.ndarray | None


def generate(
    network: Network,
    datapath: Datapath | None = None,
    platform: MacroTables | None = None,
    name: str | None = None,
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

    Raises
    ------
    InvalidNetwork, InvalidOption
        If an argument is of another type, or the network cannot be built in that way.
    """
    check_type("network", network, Network)
    if not isinstance(datapath := Datapath() if datapath is None else datapath, Datapath):
        raise InvalidOption(f"datapath must be a Datapath, not {shown(datapath)}")
    stamp = digest(network)
    hardware = hardware_of(network if name is None else replace(network, name=name), datapath)
    text = to_verilog(hardware.top(), hardware.network.name, platform, header(hardware, stamp))
    load = load_beats(hardware.tables) if hardware.loadable else None
    return Generated(text, manifest_of(hardware, stamp, text), load)


def write(
    network: Network,
    datapath: Datapath,
    out: Path,
    platform: MacroTables | None = None,
    name: str | None = None,
) -> Generated:
    """Write ``<name>.v``, ``<name>.vlt``, ``manifest.json`` and, with RAM tables, ``weights.bin``."""
    generated = generate(network, datapath, platform, name)
    out.mkdir(parents=True, exist_ok=True)
    (out / generated.manifest.files["verilog"]).write_text(generated.verilog)
    (out / f"{generated.manifest.name}.vlt").write_text(waiver_file())
    if generated.load is not None:
        (out / "weights.bin").write_bytes(generated.load.astype("<u4").tobytes())
    (out / "manifest.json").write_text(generated.manifest.text())
    return generated
