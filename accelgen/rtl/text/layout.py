"""A module as Verilog: its ports, then state, wires, parts, and what happens on a clock."""

from __future__ import annotations

import textwrap

from accelgen.rtl.text.expressions import expression
from accelgen.rtl.text.grouping import blocks
from accelgen.rtl.text.lines import WIDTH, broken, filled, vector, wrapped
from accelgen.rtl.text.modules import Assign, Body, Instance, Module, Rows, Switch
from accelgen.rtl.text.rows import Rom, contents, ports
from accelgen.rtl.text.statements import statements
from accelgen.rtl.text.tidy import body_values, driven_by_instances
from accelgen.rtl.text.values import Bits, Net, nets_of

__all__ = ["hex_file", "module_body"]


def module_body(
    module: Module, port_names: dict[str, dict[str, str]], kinds: dict[str, str], rom: Rom = "initial"
) -> str:
    """Return a module from the bracket of its ports on, without its name: alike for modules that are alike.

    Parameters
    ----------
    module : Module
        With plain names everywhere.
    port_names : dict
        For each kind of instance, the names of its ports by their names in RTLIL.
    kinds : dict of str to str
        Verilog names of the kinds of instances.
    rom : {"initial", "case", "hex"}
        How memories of constants are written.
    """
    registers = {register.net for register in module.registers}
    registers |= {port.net for memory in module.memories for port in memory.reads if port.clock}
    sections = [
        _declared(module, registers),
        *(contents(memory, rom, hex_file(module, memory)) for memory in module.memories),
        _wires(module),
        *(_instance(one, port_names, kinds) for one in module.instances),
        *(block for memory in module.memories for block in ports(memory, rom)),
        *_clocked(module),
    ]
    body = "\n\n".join("\n".join(broken(section)) for section in sections if section)
    return f"{_ports(module, registers)}\n{body}\nendmodule\n"


def hex_file(module: Module, memory: Rows) -> str:
    """Return the name of the file with the words of a memory, beside the Verilog."""
    return "_".join([*module.path, memory.net.name]) + ".hex"


def _ports(module: Module, registers: set[Net]) -> str:
    widest = max((len(vector(net.width)) for net in module.ports), default=0)
    lines = []
    for number, net in enumerate(module.ports):
        kind = "reg " if net in registers else "wire"
        start = f" = {expression(Bits(net.start))}" if net in registers and net.start else ""
        comma = "," if number < len(module.ports) - 1 else ""
        if net.comment:
            lines += ["", *(f"  // {line}" for line in textwrap.wrap(net.comment, WIDTH - 5))]
        lines.append(f"  {net.port:6} {kind} {vector(net.width):{widest}}{net.name}{start}{comma}")
    return "(\n" + "\n".join(lines) + "\n);"


def _declared(module: Module, registers: set[Net]) -> list[str]:
    """Return registers and what instances drive."""
    lines = []
    for register in module.registers:
        net = register.net
        if net.port is None:
            start = f" = {expression(Bits(net.start))}" if net.start else ""
            lines.append(f"  reg {vector(net.width)}{net.name}{start};")
    for memory in module.memories:
        for port in memory.reads:
            if port.clock and port.net.port is None:
                lines.append(f"  reg {vector(port.net.width)}{port.net.name};")
    driven = driven_by_instances(module)
    for instance in module.instances:
        nets = {net.name: net for net in driven[instance.name] if net.port is None}
        lines += [f"  wire {vector(net.width)}{net.name};" for _, net in sorted(nets.items())]
    return lines


def _wires(module: Module) -> list[str]:
    """Return wires, each behind those that it reads."""
    lines: list[str] = []
    begun: set[Net] = set()
    done: set[Net] = set()
    ahead: list[Net] = []
    unclocked = {
        port.net: (memory, port) for memory in module.memories for port in memory.reads if port.clock is None
    }
    read = {net: list(nets_of(value)) for net, value in module.wires.items()}
    read |= {
        net: [ref for value in body_values(body) for ref in nets_of(value)]
        for net, body in module.choices.items()
    }
    read |= {net: list(nets_of(port.address)) for net, (_, port) in unclocked.items()}

    def write(net: Net) -> None:
        if net in begun or net not in read:
            # bits of it depend on others of its bits
            if net in begun and net not in done and net not in ahead and not net.port and not net.kept:
                ahead.append(net)
            return
        begun.add(net)
        for ref in read[net]:
            write(ref.net)
        done.add(net)
        if net.kept:  # not every tool reads attributes where a wire gets its value at once
            lines.append(f"  (* keep *) wire {vector(net.width)}{net.name};")
        assigned = net.port or net in ahead or net.kept
        head = f"  assign {net.name} = " if assigned else f"  wire {vector(net.width)}{net.name} = "
        if net in unclocked:
            memory, port = unclocked[net]
            lines.append(f"{head}{memory.net.name}[{expression(port.address)}];")
        elif net in module.wires:
            lines.extend(wrapped(head, module.wires[net], ";"))
        else:
            arguments = list(dict.fromkeys(ref.net for ref in read[net]))
            lines.extend([*([""] if lines else []), *_function(net, module.choices[net], arguments)])
            names = [f"{one.name}," for one in arguments[:-1]] + [f"{arguments[-1].name});"]
            lines.extend(filled(f"{head}choose_{net.name}(", names))

    for net in read:
        write(net)
    return [*(f"  wire {vector(net.width)}{net.name};" for net in ahead), *lines]


def _function(net: Net, body: Body, arguments: list[Net]) -> list[str]:
    result = Net(f"choose_{net.name}", net.width)
    renamed = _assigning(body, result)
    inputs = [f"    input {vector(one.width)}{one.name};" for one in arguments]
    lines = [f"  function {vector(net.width)}{result.name};", *inputs, "    begin"]
    return [*lines, *statements(renamed, "      ", "="), "    end", "  endfunction"]


def _assigning(body: Body, net: Net) -> Body:
    return [
        Assign(net, one.low, one.width, one.value)
        if isinstance(one, Assign)
        else Switch(one.test, [(patterns, _assigning(inner, net)) for patterns, inner in one.cases])
        for one in body
    ]


def _instance(instance: Instance, port_names: dict[str, dict[str, str]], kinds: dict[str, str]) -> list[str]:
    names = port_names.get(instance.kind, {name: name for name in instance.ports})
    lines = []
    for source, name in names.items():
        value = instance.ports.get(source)
        lines.append(f"    .{name}({'' if value is None else expression(value)})")
    kind = kinds.get(instance.kind, instance.kind)
    return [f"  {kind} {instance.name} (", ",\n".join(lines), "  );"]


def _clocked(module: Module) -> list[list[str]]:
    found = []
    for block in blocks(module.registers):
        lines = [f"  always @(posedge {block.clock.name}) begin"]
        if block.reset is None:
            lines += statements(block.body, "    ", "<=")
        else:
            whole = Switch(block.reset, [(("1",), block.resets), ((), block.body)])
            lines += statements([whole], "    ", "<=")
        found.append([*lines, "  end"])
    return found
