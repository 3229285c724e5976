"""Which registers stand in one ``always`` block, and the statements of all of them as one."""

from __future__ import annotations

from accelgen.rtl.text.modules import Assign, Body, Register, Switch
from accelgen.rtl.text.values import Bits, Net, Ref, Value

__all__ = ["Block", "blocks"]


class Block:
    """Registers with one clock and one reset.

    Attributes
    ----------
    clock : Net
    reset : Value or None
        One while the registers take their reset values.
    resets : list of Assign
    body : Body
        Else.
    """

    def __init__(self, clock: Net, reset: Value | None):
        self.clock = clock
        self.reset = reset
        self.resets: Body = []
        self.body: Body = []
        self.tests: set[Value] = set()
        self.registers = 0
        self.lone = 0


def blocks(registers: list[Register]) -> list[Block]:
    """Return registers in blocks: those that wait for the same thing are together."""
    made: list[Block] = []
    for register in registers:
        reset, value, body = _split(register)
        tests = {one.test for one in body if isinstance(one, Switch)}
        mine = [b for b in made if (b.clock, b.reset) == (register.clock, reset) and _related(b.tests, tests)]
        block = mine[0] if mine else Block(register.clock, reset)
        if not mine:
            made.append(block)
        for other in mine[1:]:
            made.remove(other)
            block.resets += other.resets
            block.registers += other.registers
            block.tests |= other.tests
            _merge(block.body, other.body)
        block.tests |= tests
        block.registers += 1
        if value is not None:
            block.resets.append(Assign(register.net, 0, register.net.width, value))
        _merge(block.body, body)
    return _joined(made)


def _joined(made: list[Block]) -> list[Block]:
    """Return blocks of which those of a single register are one, where they wait and reset alike."""
    found: list[Block] = []
    for block in made:
        beside = [
            b for b in found if (b.clock, b.reset) == (block.clock, block.reset) and b.registers == b.lone
        ]
        if block.registers == 1 and beside:
            beside[0].resets += block.resets
            _merge(beside[0].body, block.body)
            beside[0].registers += 1
            beside[0].lone += 1
        else:
            block.lone = block.registers == 1
            found.append(block)
    return found


def _related(one: set[Value], other: set[Value]) -> bool:
    return bool(one & other) or (not one and not other)


def _split(register: Register) -> tuple[Value | None, Value | None, Body]:
    """Return the reset of a register, its value then, and what it does else."""
    if len(register.body) > 1 and isinstance(last := register.body[-1], Switch):
        test = last.test
        whole = (
            isinstance(test, Ref) and test.width == 1 and test.net.port == "input" and test.net.name == "rst"
        )
        if whole and len(last.cases) == 1 and last.cases[0][0] == ("1",):
            (only,) = last.cases[0][1]
            if isinstance(only, Assign) and only.width == register.net.width and isinstance(only.value, Bits):
                return last.test, only.value, register.body[:-1]
    return None, None, register.body


def _merge(into: Body, body: Body) -> None:
    """Add statements to others that drive other registers; choices of the same thing become one."""
    at = 0
    for one in body:
        if isinstance(one, Switch):
            for number in range(at, len(into)):
                mine = into[number]
                if isinstance(mine, Switch) and _same(mine, one):
                    for (_, held), (_, more) in zip(mine.cases, one.cases, strict=False):
                        _merge(held, more)
                    mine.cases += one.cases[len(mine.cases) :]
                    at = number + 1
                    break
            else:
                into.append(one)
                at = len(into)
        else:
            where = next((n for n in range(at, len(into)) if isinstance(into[n], Switch)), len(into))
            into.insert(where, one)
            at = where + 1


def _same(mine: Switch, other: Switch) -> bool:
    """Return whether two choices ask the same, as far as the shorter one goes."""
    return mine.test == other.test and all(
        a[0] == b[0] for a, b in zip(mine.cases, other.cases, strict=False)
    )
