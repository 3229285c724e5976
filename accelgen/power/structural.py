"""A mapped netlist for a timing analyser: structural Verilog, and a Liberty file of its memories.

A memory is a cell of its own whose words leave some time after the edge of its clock, as they would leave a
macro; what is behind that edge is not the analyser's concern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from accelgen.power.netlist import Bit, Memory, Netlist

__all__ = ["memory_library", "named_pins", "structural_verilog"]

#: Femtofarads of each pin of a memory.
PIN = 5.0

HEAD = """library (accelgen_memories) {
  delay_model : table_lookup;
  time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA"; leakage_power_unit : "1nW";
  capacitive_load_unit (1, ff); pulling_resistance_unit : "1kohm";
  nom_process : 1; nom_temperature : 25; nom_voltage : 1;
  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 30; slew_lower_threshold_pct_fall : 30;
  slew_upper_threshold_pct_rise : 70; slew_upper_threshold_pct_fall : 70;
"""


def structural_verilog(netlist: Netlist, top: str) -> str:
    """Return the netlist as Verilog of instances ``i0``, ``i1``, ... and memories ``memory_0``, ..."""
    named = {}
    for name, bits in netlist.inputs.items():
        for place, bit in enumerate(bits):
            named[bit] = f"{name}[{place}]" if len(bits) > 1 else name

    def net(bit: Bit) -> str:
        if isinstance(bit, str):
            return "1'b1" if bit == "1" else "1'b0"
        return named.setdefault(bit, f"n{bit}")

    ports = {**netlist.inputs, **netlist.outputs}
    lines = [f"module {top} ({', '.join(ports)});"]
    for side, buses in (("input", netlist.inputs), ("output", netlist.outputs)):
        for name, bits in buses.items():
            size = f"[{len(bits) - 1}:0] " if len(bits) > 1 else ""
            lines.append(f"  {side} {size}{name};")
    for number, instance in enumerate(netlist.instances):
        wired = ", ".join(f".{pin}({net(bit)})" for pin, bit in instance.pins.items())
        lines.append(f"  {instance.kind} i{number} ({wired});")
    for number, memory in enumerate(netlist.memories):
        wired = ", ".join(f".{pin}({net(bit)})" for pin, _, bit in _pins(memory))
        lines.append(f"  memory_{number} m{number} ({wired});")
    for name, bits in netlist.outputs.items():
        for place, bit in enumerate(bits):
            own = f"{name}[{place}]" if len(bits) > 1 else name
            lines.append(f"  assign {own} = {net(bit)};")
    return "\n".join([*lines, "endmodule", ""])


def named_pins(netlist: Netlist) -> Iterator[tuple[str, int]]:
    """Yield the name of each pin of each cell and memory of that Verilog, like ``i0/A``, and its net."""
    for number, instance in enumerate(netlist.instances):
        yield from ((f"i{number}/{pin}", bit) for pin, bit in instance.pins.items() if isinstance(bit, int))
    for number, memory in enumerate(netlist.memories):
        yield from ((f"m{number}/{pin}", bit) for pin, _, bit in _pins(memory) if isinstance(bit, int))


def memory_library(netlist: Netlist, times: Sequence[tuple[float, float]]) -> str:
    """Return a Liberty file of the memories.

    ``times`` are the seconds from an edge to the words of each memory, and from its inputs to the edge.
    """
    lines = [HEAD.rstrip()]
    for number, (memory, seconds) in enumerate(zip(netlist.memories, times, strict=True)):
        delay, setup = (time * 1e9 for time in seconds)
        lines.append(f"  cell (memory_{number}) {{ area : 0; dont_touch : true; interface_timing : true;")
        lines += [_pin(pin, role, delay, setup) for pin, role, _ in _pins(memory)]
        lines.append("  }")
    return "\n".join([*lines, "}", ""])


def _pins(memory: Memory) -> Iterator[tuple[str, str, Bit]]:
    """Yield name, role and net of each pin of a memory; ports share a clock, equal enables a pin."""
    ports = [*memory.reads, *memory.writes]
    yield "clk", "clock", ports[0].clock
    for number, port in enumerate(ports):
        role = "output" if port in memory.reads else "input"
        for kind, bits, side in (
            ("e", tuple(dict.fromkeys(port.enables)), "input"),
            ("a", port.address, "input"),
            ("d", port.data, role),
        ):
            for place, bit in enumerate(bits):
                if not (side == "output" and isinstance(bit, str)):
                    yield f"{kind}{number}_{place}", side, bit


def _pin(name: str, role: str, delay: float, setup: float) -> str:
    if role == "clock":
        return f"    pin ({name}) {{ direction : input; clock : true; capacitance : {PIN}; }}"
    kind, rise, fall, value = (
        ("rising_edge", "cell_rise", "cell_fall", delay)
        if role == "output"
        else ("setup_rising", "rise_constraint", "fall_constraint", setup)
    )
    tables = " ".join(f'{table} (scalar) {{ values ("{value:.4f}"); }}' for table in (rise, fall))
    if role == "output":
        tables += (
            ' rise_transition (scalar) { values ("0.05"); } fall_transition (scalar) { values ("0.05"); }'
        )
    capacitance = "" if role == "output" else f" capacitance : {PIN};"
    return (
        f"    pin ({name}) {{ direction : {role};{capacitance}"
        f' timing () {{ related_pin : "clk"; timing_type : {kind}; {tables} }} }}'
    )
