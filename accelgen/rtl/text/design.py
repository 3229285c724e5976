"""A design as plain Verilog: every distinct module once, the inner ones first named after what they are."""

from __future__ import annotations

import gc
import re
import textwrap

from amaranth.hdl import Elaboratable, Fragment

from accelgen.rtl.text.components import Component, components
from accelgen.rtl.text.contents import kept_aside
from accelgen.rtl.text.layout import hex_file, module_body
from accelgen.rtl.text.lower import base, lowered
from accelgen.rtl.text.modules import Module
from accelgen.rtl.text.names import KEYWORDS, name_nets, plain
from accelgen.rtl.text.rows import Rom, hex_text, is_rom
from accelgen.rtl.text.rtlil import RawModule, read
from accelgen.rtl.text.sharing import name_parts, share
from accelgen.rtl.text.tidy import tidy, values_of
from accelgen.rtl.text.values import Net, Ref, nets_of

__all__ = ["Design"]

#: Ports that come first everywhere.
FIRST = ("clk", "rst")


class Design:
    """The modules of an elaborated design, in Verilog.

    Parameters
    ----------
    top : Elaboratable
        What to write.
    name : str
        Of its module; the modules below begin with it.
    platform : object, optional
        Handed to every ``elaborate``.
    rom : {"initial", "case", "hex"}
        How memories of constants are written.

    Attributes
    ----------
    files : dict of str to str
        With "hex", the words of each, by the name of the file that is to lie beside the Verilog.
    text : str
        All modules, the top first.
    modules : dict of str to Module
        By their names in RTLIL.
    kinds : dict of str to str
        The Verilog name of each of them.

    Raises
    ------
    ToolError
        If Amaranth made something of which no Verilog is known here.
    """

    def __init__(self, top: Elaboratable, name: str, platform: object = None, rom: Rom = "initial"):
        fragment, text, self._contents = _elaborated(top, name, platform)
        gc.collect()  # what Amaranth made of it is as large as all that comes now
        self.name = name
        self.rom = rom
        self.files: dict[str, str] = {}
        self.components = components(fragment, name)
        self.raw = read(text)
        self.modules: dict[str, Module] = {}
        self.kinds: dict[str, str] = {}
        self.port_names: dict[str, dict[str, str]] = {}
        bodies: dict[str, str] = {}
        #: Which module is written in the place of each.
        self._written: dict[str, str] = {}
        for raw in reversed(self.raw.values()):
            body = self._body(raw)
            self._written[raw.name] = bodies.setdefault(body, raw.name)
        for path in reversed(bodies.values()):
            self.kinds[path] = self._kind(path)
        self.kinds |= {path: self.kinds[written] for path, written in self._written.items()}
        self.text = "\n".join(self._text(path, body) for body, path in reversed(bodies.items()))

    def _body(self, raw: RawModule) -> str:
        """Take in a module; return its text from the ports on, its instances of kinds as RTLIL names them."""
        component = self.components.get(tuple(raw.name.split(".")))
        module = lowered(raw, self._contents)
        for instance in module.instances:
            if instance.kind in self.port_names:
                names = self.port_names[instance.kind]
                instance.ports = {port: value for port, value in instance.ports.items() if port in names}
                outputs = {net.source for net in self.modules[instance.kind].ports if net.port == "output"}
                instance.outputs = outputs & set(instance.ports)
        top = raw.attributes.get("top") == 1
        _ports(module, component, keep=top)
        name_parts(module)
        tidy(module)
        share(module)
        if not top:
            _drop_unread(module)
        name_nets(module, {self.name, *(instance.name for instance in module.instances)})
        self.modules[raw.name] = module
        self.port_names[raw.name] = {net.source: net.name for net in module.ports}
        kinds = {name: f"<{written}>" for name, written in self._written.items()}
        if self.rom == "hex":
            roms = filter(is_rom, module.memories)
            self.files |= {hex_file(module, memory): hex_text(memory) for memory in roms}
        return module_body(module, self.port_names, kinds, self.rom)

    def _text(self, name: str, body: str) -> str:
        """Return a module whole, with the names of the kinds of its instances."""
        named = re.sub(r"^  <([^>]+)> ", lambda found: f"  {self.kinds[found[1]]} ", body, flags=re.MULTILINE)
        comment = _comment(self.components.get(tuple(name.split("."))))
        return f"{comment}module {self.kinds[name]} {named}"

    def _kind(self, name: str) -> str:
        """Return a free name for a module: its own, with those around it where that is taken."""
        path = tuple(name.split("."))
        if len(path) == 1:
            # a word of Verilog, such as small, is escaped
            return f"\\{self.name} " if self.name in KEYWORDS else self.name
        parts = [plain(part) for part in path[1:]]
        alike = self._alike(path)
        if len(alike) > 1 and len({self._written[other] for other in alike}) == 1:
            parts[-1] = re.sub(r"_?\d+$", "", parts[-1])
        used = set(self.kinds.values())
        for count in range(1, len(parts) + 1):
            kind = "_".join([self.name, *parts[-count:]])
            if kind not in used:
                return kind
        number = next(n for n in range(2, 1 << 30) if f"{kind}_{n}" not in used)
        return f"{kind}_{number}"

    def _alike(self, path: tuple[str, ...]) -> list[str]:
        """Return the modules beside one that are the same component."""
        stem = re.sub(r"\d+$", "", path[-1])
        around = ".".join(path[:-1])
        return [
            name for name in self.raw if re.fullmatch(rf"{re.escape(around)}\.{re.escape(stem)}\d+", name)
        ]


def _elaborated(top: Elaboratable, name: str, platform: object) -> tuple[Fragment, str, list[list[str]]]:
    """Return what Amaranth makes of a component: its tree, its RTLIL, and the words that go into it."""
    from amaranth.back import rtlil
    from amaranth.hdl import _ir
    from amaranth.lib.wiring import In

    ports = {}
    for path, member, value in top.signature.flatten(top):
        direction = _ir.PortDirection.Input if member.flow == In else _ir.PortDirection.Output
        ports["__".join(map(str, path))] = (value, direction)
    fragment = Fragment.get(top, platform)
    with kept_aside(fragment) as contents:
        text, _ = rtlil.convert_fragment(fragment, ports, name, emit_src=False)
    return fragment, text, contents


def _ports(module: Module, component: Component | None, *, keep: bool) -> None:
    """Name the ports of a module after the members of its component, and put them in their order."""
    members = component.members if component else ()
    order = {name: number for number, name in enumerate((*FIRST, *members))}
    used: set[str] = set()
    ports = []
    for port in module.ports:
        net = port
        names = [port.name, *module.also.get(net, [])]
        names.sort(key=lambda name: "$" in name)
        known = [name for name in names if base(name) in order and plain(name) not in used]
        name = known[0] if known else net.name if net.named else "\\part"
        place = order.get(base(name), len(order))
        final = base(name) if keep else plain(name)
        while final in used:
            final += "_2"
        used.add(final)
        if net.port == "output" and not keep and net.named and plain(net.name) != final:
            outer = Net(final, net.width, "output", True, None, net.source)
            module.wires[outer] = Ref(net, 0, net.width)
            net.port = None
            net = outer
        else:
            net.name = final
        net.named = True
        ports.append((place, base(name).partition("__")[0], net))
    ports.sort(key=lambda triple: triple[0])
    module.ports = [net for *_, net in ports]
    before = None
    for _, member, net in ports:
        said = component.said.get(member) if component else None
        net.comment = said if said and said != before else ""
        before = said


def _drop_unread(module: Module) -> None:
    """Remove inputs that nothing reads."""
    read = {ref.net for value in values_of(module) for ref in nets_of(value)}
    module.ports = [net for net in module.ports if net.port == "output" or net in read]


def _comment(component: Component | None) -> str:
    if component is None:
        return ""
    lines = textwrap.wrap(component.summary, 97)
    return "".join(f"// {line}\n" for line in [*lines, component.place])
