"""A system on a chip of LiteX with a delivered module in it: ``litex_soc.py FOLDER NAME CLASS ORIGIN``.

Its CSRs, and the bus that it has where ORIGIN is not 0, are at the pins ``host_...``, Wishbone; streams are
at pins of their own. It prints where the CSRs of the module begin.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from litex.build.generic_platform import GenericPlatform, Pins, Subsignal
from litex.soc.integration.soc import SoCRegion
from litex.soc.integration.soc_core import SoCMini
from litex.soc.interconnect import wishbone
from migen import ClockDomain

HOST = {"adr": 30, "dat_w": 32, "dat_r": 32, "sel": 4, "cyc": 1, "stb": 1, "ack": 1, "we": 1, "err": 1}
WIRES = ("data", "valid", "ready", "last")


class Soc(SoCMini):
    """Hold the module, and lead its bus or its streams out."""

    def __init__(self, platform, module, origin):
        super().__init__(platform, clk_freq=int(1e8), with_timer=False)
        self.clock_domains.cd_sys = ClockDomain()
        self.comb += self.cd_sys.clk.eq(platform.request("clk"))
        self.comb += self.cd_sys.rst.eq(platform.request("rst"))
        self.submodules.network = network = module(platform)
        host, pins = wishbone.Interface(), platform.request("host")
        self.bus.add_master("host", host)
        for wire in ("adr", "dat_w", "sel", "cyc", "stb", "we"):
            self.comb += getattr(host, wire).eq(getattr(pins, wire))
        for wire in ("dat_r", "ack", "err"):
            self.comb += getattr(pins, wire).eq(getattr(host, wire))
        if origin:
            self.bus.add_slave("network", network.bus, SoCRegion(origin=origin, size=0x1000, cached=False))
            self.comb += platform.request("irq").eq(network.ev.irq)
            return
        for name in ("sink", "source", "tables"):
            if hasattr(network, name):
                self._lead_out(platform, name, getattr(network, name))

    def _lead_out(self, platform, name, end):
        width = [("data", len(end.data)), ("valid", 1), ("ready", 1), ("last", 1)]
        platform.add_extension([(name, 0, *(Subsignal(wire, Pins(size)) for wire, size in width))])
        pins = platform.request(name)
        for wire in WIRES:
            inner, outer = getattr(end, wire), getattr(pins, wire)
            leaves = (wire == "ready") != (name == "source")
            self.comb += outer.eq(inner) if leaves else inner.eq(outer)


def main(folder: str, name: str, kind: str, origin: str) -> None:
    """Write ``soc.v`` into a folder."""
    spec = spec_from_file_location(name, Path(folder) / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    host = ("host", 0, *(Subsignal(wire, Pins(width)) for wire, width in HOST.items()))
    platform = GenericPlatform("none", [("clk", 0, Pins(1)), ("rst", 0, Pins(1)), ("irq", 0, Pins(1)), host])
    soc = Soc(platform, getattr(module, kind), int(origin))
    soc.finalize()
    platform.get_verilog(soc, name="soc").write(str(Path(folder) / "soc.v"))
    print(soc.csr_regions["network"].origin, *(Path(path).name for path, *_ in platform.sources))


if __name__ == "__main__":
    main(*sys.argv[1:])
