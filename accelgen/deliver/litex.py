"""A top as a module of LiteX: its streams as endpoints, its other ports as CSRs, or its bus and interrupt."""

from __future__ import annotations

from accelgen.deliver.interfaces import clock, loose, reset, streams, wires_of_bus
from accelgen.rtl.edge.ports import Port
from accelgen.rtl.manifest import Manifest

__all__ = ["BUS_WIRES", "class_name", "litex_module"]

#: What the streams are in the module, as its inside sees them.
ENDPOINTS = {"s_axis": "sink", "m_axis": "source", "l_axis": "tables"}
WIRES = {"tdata": "data", "tvalid": "valid", "tready": "ready", "tlast": "last"}
#: Ports that are set for one cycle by a write.
PULSES = ("error_clear",)

#: The class of each bus, and the wires of it that do not only lack an underscore.
INTERFACES = {"axi-lite": "axi.AXILiteInterface()", "wishbone": "wishbone.Interface()"}
BUS_WIRES = {
    "axi-lite": {
        f"{channel}{wire}": f"{channel}.{wire}"
        for channel, wires in {
            "aw": ("addr", "prot", "valid", "ready"),
            "w": ("data", "strb", "valid", "ready"),
            "b": ("resp", "valid", "ready"),
            "ar": ("addr", "prot", "valid", "ready"),
            "r": ("data", "resp", "valid", "ready"),
        }.items()
        for wire in wires
    },
    "wishbone": {
        **{f"{wire}_i": wire for wire in ("cyc", "stb", "we", "adr", "sel")},
        **{"dat_i": "dat_w", "dat_o": "dat_r", "ack_o": "ack", "err_o": "err"},
    },
}

MODULE = '''"""{name} as a module of LiteX; written by accelgen, together with {verilog}.

{usage}{read}
"""

import os

from migen import ClockSignal, Instance, ResetSignal
{imports}


class {kind}(LiteXModule):
    """{about}"""

    def __init__(self, platform):
{members}

        # # #

        self.specials += Instance(
            "{top}",
{connections}
        )
        self.add_sources(platform)

    @staticmethod
    def add_sources(platform):
        """Let the platform read the Verilog beside this file."""
        folder = os.path.dirname(os.path.abspath(__file__))
        platform.add_source(os.path.join(folder, "{verilog}"))
'''

STREAM_USAGE = """    core = {kind}(platform)
    self.submodules.{name} = core  # in a SoC; its CSRs come with it
    self.comb += [dma.source.connect(core.sink), core.source.connect(other.sink)]"""
BUS_USAGE = """    self.submodules.{name} = core = {kind}(platform)
    self.bus.add_slave("{name}", core.bus, SoCRegion(origin=0x9000_0000, size=0x1000, cached=False))
    self.irq.add("{name}", use_loc_if_exists=True)"""


def class_name(manifest: Manifest) -> str:
    """Return the name of the class."""
    return "".join(part.capitalize() for part in manifest.name.split("_"))


def litex_module(manifest: Manifest) -> str:
    """Return a Python module with a class for LiteX that instantiates the top and adds its Verilog."""
    usage = BUS_USAGE if manifest.bus else STREAM_USAGE
    members, joined = _bus(manifest) if manifest.bus else _streams(manifest)
    quiet = "~" if reset(manifest).active_low else ""
    wires = {clock(manifest).name: "ClockSignal()", reset(manifest).name: f"{quiet}ResetSignal()"} | joined
    way = {"input": "i", "output": "o"}
    connections = [
        f"            {way[port.direction]}_{port.name}={wires[port.name]}," for port in manifest.ports
    ]
    return MODULE.format(
        name=manifest.name,
        top=manifest.top,
        kind=class_name(manifest),
        about=_about(manifest),
        verilog=manifest.files["verilog"],
        usage=usage.format(kind=class_name(manifest), name=manifest.name),
        read=_read(manifest),
        imports="\n".join(_imports(manifest)),
        members="\n".join(f"        {line}" for line in members),
        connections="\n".join(connections),
    )


def _about(manifest: Manifest) -> str:
    if manifest.bus:
        return f"The network behind its registers: `bus` is {manifest.bus.bus}, `ev` its interrupt."
    names = [f"`{ENDPOINTS[stream.name]}` is {stream.name}" for stream in streams(manifest)]
    return f"The network; {', '.join(names)}."


def _read(manifest: Manifest) -> str:
    """Return what has to be said of files that the Verilog reads: no platform of LiteX takes them along."""
    files = [file for kind, file in manifest.files.items() if kind.startswith("rom_")]
    said = "The Verilog reads these files from the folder that a tool runs in; copy them there:\n    "
    return f"\n\n{said}{chr(10).join(files).replace(chr(10), chr(10) + '    ')}" if files else ""


def _imports(manifest: Manifest) -> list[str]:
    first = ["from litex.gen import LiteXModule"]
    if manifest.bus:
        library = INTERFACES[manifest.bus.bus].partition(".")[0]
        return [
            *first,
            f"from litex.soc.interconnect import {library}",
            "from litex.soc.interconnect.csr_eventmanager import EventManager, EventSourceLevel",
        ]
    return [
        *first,
        "from litex.soc.interconnect import stream",
        "from litex.soc.interconnect.csr import CSRField, CSRStatus, CSRStorage",
    ]


def _streams(manifest: Manifest) -> tuple[list[str], dict[str, str]]:
    """Return the members of a module with streams, and what each port is connected to."""
    members: list[str] = []
    wires: dict[str, str] = {}
    for one in streams(manifest):
        end = ENDPOINTS[one.name]
        members.append(f'self.{end} = stream.Endpoint([("data", {one.ports["tdata"].width})])')
        wires |= {port.name: f"self.{end}.{WIRES[wire]}" for wire, port in one.ports.items()}
    for port in loose(manifest):
        lines, wire = _register(port)
        members += lines
        wires[port.name] = wire
    return members, wires


def _register(port: Port) -> tuple[list[str], str]:
    """Return the lines that make the CSR of a port, and its value."""
    about = f'description="{port.meaning}"'
    if port.name in PULSES:
        fields = f'[CSRField("pulse", size={port.width}, pulse=True, {about})]'
        return [f"self.{port.name} = CSRStorage(fields={fields})"], f"self.{port.name}.fields.pulse"
    kind, value = ("CSRStorage", "storage") if port.direction == "input" else ("CSRStatus", "status")
    return [f"self.{port.name} = {kind}({port.width}, {about})"], f"self.{port.name}.{value}"


def _bus(manifest: Manifest) -> tuple[list[str], dict[str, str]]:
    """Return the members of a module with a bus, and what each port is connected to."""
    bus, found = (manifest.bus.bus if manifest.bus else ""), wires_of_bus(manifest)
    members = [
        f"self.bus = {INTERFACES[bus]}",
        "self.ev = EventManager()",
        'self.ev.network = EventSourceLevel(description="as IRQ_ENABLE and IRQ_PENDING say")',
        "self.ev.finalize()",
    ]
    wires = {"irq": "self.ev.network.trigger"}
    for wire, port in found.ports.items() if found else ():
        inner = f"self.bus.{BUS_WIRES[bus][wire]}"
        short = inner.rpartition(".")[2] in ("addr", "adr")  # the page is smaller than what LiteX addresses
        wires[port.name] = f"{inner}[:{port.width}]" if short else inner
    return members, wires
