"""What nobody reads goes; what is read once, or is short, stands where it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from accelgen.rtl.text.choices import folded, is_chain
from accelgen.rtl.text.modules import Assign, Body, Module, Register, Switch
from accelgen.rtl.text.operators import op, simple
from accelgen.rtl.text.values import Cat, Net, Op, Ref, Value, cat, nets_of, part_of

__all__ = ["body_values", "driven_by_instances", "rewrite", "tidy", "values_of"]

#: Operators in one expression; a longer one gets a name for a part of it.
LONGEST = 12


def values_of(module: Module) -> Iterator[Value]:
    """Yield every value that a module reads, once for each place."""
    yield from module.wires.values()
    for body in module.choices.values():
        yield from body_values(body)
    for register in module.registers:
        yield Ref(register.clock, 0, 1)
        yield from body_values(register.body)
    for memory in module.memories:
        for read in memory.reads:
            yield from (read.address, read.enable)
            if read.clock:
                yield Ref(read.clock, 0, 1)
        for write in memory.writes:
            yield from (write.address, write.data, write.enable, Ref(write.clock, 0, 1))
    outputs = driven_by_instances(module)
    for instance in module.instances:
        for value in instance.ports.values():
            if not (isinstance(value, Ref) and value.net in outputs[instance.name]):
                yield value


def driven_by_instances(module: Module) -> dict[str, set[Net]]:
    """Return the nets that each instance drives."""
    driven = {*module.wires, *module.choices, *(register.net for register in module.registers)}
    driven |= {port.net for memory in module.memories for port in memory.reads}
    driven |= {net for net in module.ports if net.port == "input"}
    found = {}
    for instance in module.instances:
        nets = {
            value.net
            for name, value in instance.ports.items()
            if isinstance(value, Ref)
            and value.net not in driven
            and (instance.outputs is None or name in instance.outputs)
        }
        found[instance.name] = nets
    return found


def body_values(body: Body) -> Iterator[Value]:
    """Yield every value that statements read."""
    for one in body:
        if isinstance(one, Assign):
            yield one.value
        else:
            yield one.test
            for _, inner in one.cases:
                yield from body_values(inner)


def tidy(module: Module) -> None:
    """Remove what nobody reads, and put what is read once, or is short, where it is read."""
    _sweep(module)
    _inline(module)
    module.choices = {net: folded(body) for net, body in module.choices.items()}
    for register in module.registers:
        register.body = folded(register.body)
    _sweep(module)


def _sweep(module: Module) -> None:
    """Remove what nobody reads, and what only that reads."""
    ports = set(module.ports)
    while True:
        read = Counter(ref.net for value in values_of(module) for ref in nets_of(value))
        alone = {
            register.net
            for register in module.registers
            if register.net not in ports and read[register.net] == _own_reads(register)
        }
        dead = [net for held in (module.wires, module.choices) for net in held if not read[net]]
        dead = [net for net in dead if net not in ports]
        if not dead and not alone:
            return
        for net in dead:
            module.wires.pop(net, None)
            module.choices.pop(net, None)
        module.registers = [register for register in module.registers if register.net not in alone]


def _own_reads(register: Register) -> int:
    """Return how often a register reads itself."""
    return sum(ref.net is register.net for value in body_values(register.body) for ref in nets_of(value))


def _inline(module: Module) -> None:
    refs = [ref for value in values_of(module) for ref in nets_of(value)]
    uses = Counter(ref.net for ref in refs)
    pieces = {ref.net for ref in refs if not ref.whole}
    kept = {ref.net for test in _tests(module) for ref in nets_of(test)}
    ready: dict[Net, Value | None] = {}

    def standing_in(net: Net) -> Value | None:
        """Return what may stand in the place of a net, or None if it stays."""
        if net not in ready:
            ready[net] = None
            value = module.wires.get(net)
            if value is not None:
                value = module.wires[net] = replaced(value)
                if net.port is None and _may_go(net, value):
                    ready[net] = value
        return ready[net]

    def _may_go(net: Net, value: Value) -> bool:
        if simple(value) and not net.named:
            return True
        if net.named or net in kept:
            return False
        if net in pieces:
            return isinstance(value, Cat) and _operators(value) == 0
        return (uses[net] == 1 and _operators(value) <= LONGEST) or _short(value)

    def replaced(value: Value) -> Value:
        if isinstance(value, Ref):
            there = standing_in(value.net)
            piece = None if there is None else part_of(there, value.low, value.width)
            return value if piece is None else piece
        if isinstance(value, Cat):
            return cat([replaced(one) for one in value.parts])
        if isinstance(value, Op):
            return op(value.kind, tuple(replaced(one) for one in value.args), value.width)
        return value

    for net in list(module.wires):
        standing_in(net)
    rewrite(module, replaced)


def _operators(value: Value) -> int:
    inner = value.parts if isinstance(value, Cat) else getattr(value, "args", ())
    return sum(map(_operators, inner)) + isinstance(value, Op)


def _short(value: Value) -> bool:
    """Return whether a value is as short as a name: one operator of one bit, or the inverse of such."""
    if isinstance(value, Op) and value.kind == "~":
        return simple(value.args[0])
    return isinstance(value, Op) and value.width == 1 and all(map(simple, value.args)) and value.kind != "?"


def _tests(module: Module) -> Iterator[Value]:
    """Yield what is compared with patterns of several bits: it must be a net there."""
    bodies = [*module.choices.values(), *(register.body for register in module.registers)]
    while bodies:
        for one in bodies.pop():
            if isinstance(one, Switch):
                bodies += [inner for _, inner in one.cases]
                if one.test.width > 1 and not is_chain(one):
                    yield one.test


def rewrite(module: Module, change: Callable[[Value], Value]) -> None:
    """Change every value of a module."""
    for net in module.wires:
        module.wires[net] = change(module.wires[net])
    for net in module.choices:
        module.choices[net] = _changed(module.choices[net], change)
    for register in module.registers:
        register.body = _changed(register.body, change)
    for memory in module.memories:
        for read in memory.reads:
            read.address, read.enable = change(read.address), change(read.enable)
        for write in memory.writes:
            write.address, write.enable = change(write.address), change(write.enable)
            write.data = change(write.data)
    for instance in module.instances:
        instance.ports = {name: change(value) for name, value in instance.ports.items()}


def _changed(body: Body, change: Callable[[Value], Value]) -> Body:
    made: Body = []
    for one in body:
        if isinstance(one, Assign):
            made.append(Assign(one.net, one.low, one.width, change(one.value)))
        else:
            made.append(Switch(change(one.test), [(p, _changed(inner, change)) for p, inner in one.cases]))
    return made
