"""A network behind a bus. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import C, Cat, Module, ResetInserter
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.bus.front import front_of
from accelgen.rtl.bus.queues import BeatQueue, ResultQueue
from accelgen.rtl.bus.register_file import RegisterFile
from accelgen.rtl.bus.registers import QUEUED, RegisterMap, words_of_tables
from accelgen.rtl.bus.settings import SettingsGate
from accelgen.rtl.bus.watch import Watch
from accelgen.rtl.bus.work import activations_met, skips
from accelgen.rtl.edge.axi_stream import End, join
from accelgen.rtl.edge.ports import Port, ports_of
from accelgen.rtl.hardware import Hardware
from accelgen.rtl.words import BEAT_BITS

__all__ = ["BusTop", "bus_ports"]

#: Members that software sets, and that go to the network with an image.
SETTINGS = ("last_timestep", "margin")


class BusTop(wiring.Component):
    """A network that a processor reaches through registers (`docs/bus.md`).

    Throughput: that of the bus, or of the network. Software that writes more than there is room for, or reads
    more than there is, is refused and loses nothing.

    Parameters
    ----------
    hardware : Hardware
        What is behind the bus.
    registers : RegisterMap
        Its registers, and the name of the bus.

    Members
    -------
    irq : Out(1)
        High while something is pending that is enabled.
    s_axi_... or wb_...
        The wires of the bus; see its front.
    """

    def __init__(self, hardware: Hardware, registers: RegisterMap):
        self.hardware = hardware
        self.registers = registers
        self.front = front_of(registers.bus)
        super().__init__({**self.front.ports, "irq": Out(1)})

    def elaborate(self, platform):
        m = Module()
        hardware = self.hardware
        front, registers = self.front.component(), RegisterFile(self.registers)
        network = hardware.top(watched=hardware.folded is not None or hardware.spiking)
        results = ResultQueue(hardware.network.results)
        watch = Watch(words_of_tables(hardware), activations_met(hardware) if skips(hardware) else 0)
        settings = [name for name in SETTINGS if name.upper() in self.registers]
        bits = sum(self.registers[name.upper()].width for name in settings)
        queues = {"input": (BeatQueue(hardware.input.width, note_bits=bits), "s_axis_")}
        if hardware.loadable:
            queues["table"] = (BeatQueue(BEAT_BITS), "l_axis_")
        m.submodules.front = front  # it is not reset by software: it owes an answer
        software_reset = ResetInserter(registers.control_write & registers.written[0])
        parts = {"registers": registers, "watch": watch, "results": results, "network": network}
        parts |= {f"{name}_queue": queue for name, (queue, _) in queues.items()}
        if settings:
            parts["settings"] = SettingsGate(bits)
        for name, part in parts.items():
            m.submodules[name] = software_reset(part)

        wrong = registers.errors.any()
        loading = watch.begun | (registers.table_room != QUEUED) if hardware.loadable else C(0)
        for name, member in self.front.ports.items():
            inner, outer = getattr(front, name), getattr(self, name)
            m.d.comb += inner.eq(outer) if member.flow == In else outer.eq(inner)
        connect(m, front.registers, registers.port)
        for name, (queue, prefix) in queues.items():
            join(m, End(queue), End(network, prefix))
            self._queue(m, registers, name, queue)
        join(m, End(network, "m_axis_"), End(results))
        m.d.comb += [
            registers.result.eq(results.word),
            registers.result_empty.eq(results.empty),
            results.taken.eq(registers.result_taken),
            registers.result_level.eq(results.level),
            # Errors that are cleared in every cycle last for one: they are kept in a register, bit by bit.
            network.error_clear.eq(1),
            registers.errors_raised.eq(network.error),
            registers.status.eq(Cat(watch.ready, results.whole, results.last, wrong, loading)),
            registers.irq_pending.eq(Cat(results.whole, wrong)),
            self.irq.eq((registers.irq_pending & registers.irq_enable).any()),
        ]
        self._watch(m, watch, registers, network)
        if settings:
            self._settings(m, settings, parts["settings"], queues["input"][0], registers, network)
        return m

    def _settings(self, m, names, gate, queue, registers, network):
        """Let settings enter the queue with each beat, and the network with the image."""
        m.d.comb += [
            queue.note.eq(Cat(getattr(registers, name) for name in names)),
            gate.wanted.eq(queue.noted),
            gate.offered.eq(queue.tvalid),
            gate.last.eq(queue.tlast),
            gate.taken.eq(_passes(network, "s_axis_")),
            gate.quiet.eq(network.quiet),
            network.s_axis_tvalid.eq(queue.tvalid & gate.open),
            queue.tready.eq(network.s_axis_tready & gate.open),
            Cat(getattr(network, name) for name in names).eq(gate.value),
        ]

    def _queue(self, m, registers, name, queue):
        """Let the two registers of a queue write into it; one write is made in a cycle."""
        word, last = (getattr(registers, f"{register}_write") for register in (name, f"{name}_last"))
        m.d.comb += [
            queue.word.eq(registers.written),
            queue.write.eq(word | last),
            queue.last.eq(last),
            getattr(registers, f"{name}_refused").eq(queue.refused),
            getattr(registers, f"{name}_last_refused").eq(queue.last_refused),
            getattr(registers, f"{name}_room").eq(queue.room),
        ]

    def _watch(self, m, watch, registers, network):
        """Let what passes be counted."""
        m.d.comb += [
            watch.input_ends.eq(_passes(network, "s_axis_") & network.s_axis_tlast),
            watch.result_ends.eq(_passes(network, "m_axis_") & network.m_axis_tlast),
        ]
        if self.hardware.loadable:
            m.d.comb += [
                watch.table_passes.eq(_passes(network, "l_axis_")),
                watch.table_ends.eq(network.l_axis_tlast),
            ]
        if watch.work:
            m.d.comb += [watch.met.eq(network.met), watch.ended.eq(network.ended)]
        for name in ("images", "cycles", "latency", *(["skipped"] if watch.work else [])):
            m.d.comb += getattr(registers, name).eq(getattr(watch, name))


def bus_ports(bus: str) -> list[Port]:
    """Return the ports of a network behind a bus, the clock and the reset first."""
    front = front_of(bus)
    meanings = front.meanings | {"irq": "something is pending that raises it, see `IRQ_ENABLE`"}
    return ports_of({**front.ports, "irq": Out(1)}, meanings)


def _passes(owner, prefix: str):
    """Return whether a beat of a stream passes."""
    end = End(owner, prefix)
    return end.tvalid & end.tready
