import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Out, connect

from accelgen.rtl.bus.fronts.wishbone import PORTS, Wishbone
from accelgen.rtl.bus.register_file import RegisterFile
from accelgen.rtl.bus.registers import Register, RegisterMap
from tests.bus_masters import WishboneMaster
from tests.stream_drivers import simulate

REGISTERS = RegisterMap(
    "wishbone",
    12,
    32,
    (
        Register("FACT", 0x00, "constant", 32, 0xDEADBEEF, "never changes"),
        Register("KEPT", 0x08, "read-write", 32, 5, "kept"),
        Register("GIVEN", 0x20, "take", 32, 0, "handed out: a number that counts"),
    ),
)


class Dut(wiring.Component):
    """Registers behind Wishbone; each read of GIVEN takes the next number."""

    def __init__(self):
        super().__init__({**PORTS, "given": Out(32)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.front = front = Wishbone()
        m.submodules.registers = registers = RegisterFile(REGISTERS)
        connect(m, front.registers, registers.port)
        for name, member in PORTS.items():
            inner, outer = getattr(front, name), getattr(self, name)
            m.d.comb += outer.eq(inner) if member.flow == Out else inner.eq(outer)
        count = Signal(32)
        m.d.comb += [registers.given.eq(count), self.given.eq(count)]
        with m.If(registers.given_taken):
            m.d.sync += count.eq(count + 1)
        return m


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_each_access_ends_once_and_does_what_it_says(stall):
    dut = Dut()

    async def bench(ctx):
        master, dice, kept, taken = WishboneMaster(dut, stall), random.Random(5), 5, 0
        for _ in range(150):
            address = dice.choice((0x00, 0x08, 0x08, 0x20, 0x0C, 0x808))
            if dice.random() < 0.5:
                data, strobes = dice.getrandbits(32), dice.getrandbits(4)
                assert await master.write(ctx, address, data, strobes) == (address != 0x08)
                if address == 0x08:
                    mask = sum(0xFF << 8 * n for n in range(4) if strobes >> n & 1)
                    kept = kept & ~mask | data & mask
            else:
                data, refused = await master.read(ctx, address)
                assert refused == (address not in (0x00, 0x08, 0x20))
                if not refused:
                    assert data == {0x00: 0xDEADBEEF, 0x08: kept, 0x20: taken}[address]
                    taken += address == 0x20
            assert ctx.get(dut.given) == taken

    async def watch(ctx):
        asked = 0
        while True:
            _, _, ack, err, cyc, stb = await ctx.tick().sample(
                dut.wb_ack_o, dut.wb_err_o, dut.wb_cyc_i, dut.wb_stb_i
            )
            assert not (ack and err) and (cyc and stb or not (ack or err))
            asked = 0 if ack or err else asked + (cyc and stb)
            assert asked < 2, "an access waits for longer than a cycle"

    simulate(dut, bench, processes=[watch])


def test_a_strobe_outside_a_cycle_is_none():
    dut = Dut()

    async def bench(ctx):
        ctx.set(dut.wb_stb_i, 1)
        ctx.set(dut.wb_adr_i, 0x20 >> 2)
        await ctx.tick().repeat(5)
        assert ctx.get(dut.given) == 0 and not ctx.get(dut.wb_ack_o)

    simulate(dut, bench)


def test_a_master_that_stays_gets_an_answer_every_second_cycle():
    dut = Dut()

    async def bench(ctx):
        for name, value in {"cyc": 1, "stb": 1, "we": 0, "adr": 0x20 >> 2, "sel": 15}.items():
            ctx.set(getattr(dut, f"wb_{name}_i"), value)
        found = []
        for _ in range(10):
            _, _, ack, word = await ctx.tick().sample(dut.wb_ack_o, dut.wb_dat_o)
            found.append(word if ack else None)
        assert found == [None, 0, None, 1, None, 2, None, 3, None, 4]

    simulate(dut, bench)
