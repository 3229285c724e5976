"""Names: plain ones, that every simulator and script takes, for everything in a module."""

from __future__ import annotations

import re
from collections import Counter

from accelgen.rtl.text.lower import base
from accelgen.rtl.text.modules import Module
from accelgen.rtl.text.operators import simple
from accelgen.rtl.text.tidy import body_values, driven_by_instances
from accelgen.rtl.text.values import Bits, Cat, Net, Op, Ref, Value, nets_of

__all__ = ["KEYWORDS", "name_nets", "plain"]

#: The reserved words of Verilog-2005 and of SystemVerilog, which has them all: IEEE 1800-2017, annex B.
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
        accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before
        begin bind bins binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class
        clocking cmos config const constraint context continue cover covergroup coverpoint cross deassign
        default defparam design disable dist do edge else end endcase endchecker endclass endclocking
        endconfig endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram
        endproperty endsequence endspecify endtable endtask enum event eventually expect export extends
        extern final first_match for force foreach forever fork forkjoin function generate genvar global
        highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include
        initial inout input inside instance int integer interconnect interface intersect join join_any
        join_none large let liblist library local localparam logic longint macromodule matches medium
        modport module nand negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or
        output package packed parameter pmos posedge primitive priority program property protected pull0
        pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence
        rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0
        rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal
        showcancelled signed small soft solve specify specparam static string strong strong0 strong1 struct
        super supply0 supply1 sync_accept_on sync_reject_on table tagged task this throughout time
        timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type typedef union
        unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order
        wand weak weak0 weak1 while wildcard wire with within wor xnor xor
        """,
    )
)
WORDS = {
    "&": "and",
    "|": "or",
    "^": "xor",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "==": "is",
    "!=": "is_not",
    "<": "below",
    ">": "above",
    ">=": "from",
    "<=": "up_to",
    "<<": "shifted_by",
    ">>": "down_by",
    ">>>": "down_by",
}
#: More than this is no name.
LONGEST_NAME = 40


def plain(name: str) -> str:
    """Return a name of RTLIL as one of Verilog: ``visits__payload.ends`` becomes ``visits_payload_ends``."""
    name = re.sub(r"\[(\d+)\]", r"_\1", base(name)).replace(".", "_")
    name = re.sub(r"\W", "_", re.sub(r"_+", "_", name)).strip("_") or "net"
    return f"{name}_" if name in KEYWORDS or not name[0].isalpha() else name


def name_nets(module: Module, taken: set[str]) -> None:
    """Name all nets of a module; ``taken`` are names of what else there is in it.

    Ports keep theirs. Nets without a name are called after what they carry.
    """
    used = {*taken, *(net.name for net in module.ports)}
    own = [net for net in _nets(module) if net not in set(module.ports)]
    beside = _beside(module)
    shared = Counter(plain(net.name) for net in own if net.named)
    for net in own:
        if net.named:
            name = plain(net.name)
            taken_twice = name in used or shared[name] > 1
            net.name = _free(f"{beside[net]}_{name}" if taken_twice and net in beside else name, used)
    readers = _readers(module)
    for net in own:
        if not net.named:
            value = module.wires.get(net)
            called = None if value is None else _called(value)
            other = f"{readers[net].name}_term" if net in readers and readers[net].named else "term"
            good = (
                called and len(called) <= LONGEST_NAME and called[0].isalpha()
            )  # 16 - a begins with a digit
            net.name = _free(called if called and good else other, used)


def _beside(module: Module) -> dict[Net, str]:
    """Return the instance that a net belongs to: that which drives it, else the only one that reads it."""
    driven = driven_by_instances(module)
    found: dict[Net, str] = {}
    readers: dict[Net, set[str]] = {}
    for instance in module.instances:
        for value in instance.ports.values():
            if isinstance(value, Ref) and value.net in driven[instance.name]:
                found[value.net] = instance.name
            for ref in nets_of(value):
                readers.setdefault(ref.net, set()).add(instance.name)
    for net, names in readers.items():
        if len(names) == 1:
            found.setdefault(net, *names)
    return found


def _readers(module: Module) -> dict[Net, Net]:
    """Return which net reads a net, the first that does."""
    found: dict[Net, Net] = {}
    for net, value in module.wires.items():
        for ref in nets_of(value):
            found.setdefault(ref.net, net)
    for register in module.registers:
        for value in body_values(register.body):
            for ref in nets_of(value):
                found.setdefault(ref.net, register.net)
    return found


def _nets(module: Module) -> list[Net]:
    """Return the nets of a module, in the order in which they are declared."""
    found = [register.net for register in module.registers]
    for memory in module.memories:
        found += [memory.net, *(port.net for port in memory.reads)]
    for instance in module.instances:
        found += [value.net for value in instance.ports.values() if isinstance(value, Ref)]
    return list(dict.fromkeys([*found, *module.wires, *module.choices]))


def _free(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free in used:
        number += 1
        free = f"{name}_{number}"
    used.add(free)
    return free


def _called(value: Value) -> str | None:
    """Return a name that says what a value is, or None if none does."""
    if isinstance(value, Ref):
        if not value.net.named and value.net.port is None and value.net.name.startswith("$"):
            return None
        bits = "" if value.whole else f"_{value.low}"
        return value.net.name + bits
    if isinstance(value, Bits):
        return str(value.number)
    if isinstance(value, Cat):
        bare = [one for one in value.parts if not isinstance(one, Bits)]
        return _called(bare[0]) if bare else None
    return _called_op(value)


def _called_op(value: Op) -> str | None:
    words = [_called(one) for one in value.args]
    if any(word is None for word in words):
        return None
    if value.kind == "?":
        return f"{words[1]}_or_{words[2]}" if all(map(simple, value.args[1:])) else None
    if value.kind in ("~", "any", "all", "parity", "negative"):
        return f"{ {'~': 'not'}.get(value.kind, value.kind) }_{words[0]}"
    return f"{words[0]}_{WORDS[value.kind.removeprefix('s')]}_{words[1]}"
