import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import Out, connect

from accelgen.rtl.bus.fronts.axi_lite import PORTS, AxiLite
from accelgen.rtl.bus.register_file import RegisterFile
from accelgen.rtl.bus.registers import Register, RegisterMap
from tests.bus_masters import SLVERR, AxiMaster, AxiRules
from tests.stream_drivers import simulate

REGISTERS = RegisterMap(
    "axi-lite",
    12,
    32,
    (
        Register("FACT", 0x00, "constant", 32, 0xDEADBEEF, "never changes"),
        Register("KEPT", 0x08, "read-write", 32, 5, "kept"),
        Register("GIVEN", 0x20, "take", 32, 0, "handed out: a number that counts"),
    ),
)


class Dut(wiring.Component):
    """Registers behind AXI4-Lite; each read of GIVEN takes the next number."""

    def __init__(self):
        super().__init__({**PORTS, "given": Out(32)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.front = front = AxiLite()
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


def watched(dut, rules):
    """Return a process that holds the wires against their rules in every cycle."""
    wires = [name.removeprefix("s_axi_") for name in PORTS]

    async def watch(ctx):
        while True:
            _, _, *values = await ctx.tick().sample(*(getattr(dut, f"s_axi_{wire}") for wire in wires))
            rules.step(dict(zip(wires, values, strict=True)))

    return watch


def play(*testbenches):
    """Run testbenches, each a function of the context and the device, and hold the rules."""
    dut, rules = Dut(), AxiRules()

    def bound(testbench):
        async def run(ctx):
            await testbench(ctx, dut)

        return run

    simulate(dut, *map(bound, testbenches), processes=[watched(dut, rules)])
    rules.end()


@pytest.mark.parametrize("stall", [0.0, 0.3, 0.8])
def test_reads_and_writes_at_once_are_each_answered_once(stall):
    model = {"kept": 5}

    async def write(ctx, dut):
        master, dice = AxiMaster(dut, stall, 1), random.Random(2)
        for number in range(60):
            address = dice.choice((0x08, 0x08, 0x00, 0x0C, 0x09, 0x20, 0x808))
            data, strobes = dice.getrandbits(32), dice.getrandbits(4)
            refused = await master.write(ctx, address, data, strobes)
            assert refused == (address != 0x08), number
            if address == 0x08:
                mask = sum(0xFF << 8 * n for n in range(4) if strobes >> n & 1)
                model["kept"] = model["kept"] & ~mask | data & mask
        assert await master.read(ctx, 0x08) == (model["kept"], False)

    async def read(ctx, dut):
        master, dice, taken = AxiMaster(dut, stall, 3), random.Random(4), 0
        for _ in range(60):
            address = dice.choice((0x00, 0x20, 0x0C, 0x22, 0x820))
            data, refused = await master.read(ctx, address)
            assert refused == (address not in (0x00, 0x20))
            if not refused:
                assert data == (0xDEADBEEF if address == 0 else taken)
                taken += address == 0x20
        assert ctx.get(dut.given) == taken

    play(write)
    play(read)


def test_a_read_and_a_write_pass_each_other():
    found, written = [], []

    async def write(ctx, dut):
        master = AxiMaster(dut)
        for number in range(20):
            assert not await master.write(ctx, 0x08, number)
            written.append(len(found))

    async def read(ctx, dut):
        master = AxiMaster(dut)
        for _ in range(20):
            found.append((await master.read(ctx, 0x20))[0])

    play(write, read)
    assert found == list(range(20)) and 5 < written[10] < 15


@pytest.mark.parametrize("first", ["aw", "w"])
def test_address_and_data_come_in_any_order_and_nobody_waits_for_ready(first):
    async def bench(ctx, dut):
        ctx.set(dut.s_axi_awaddr, 0x08)
        ctx.set(dut.s_axi_wdata, 77)
        ctx.set(dut.s_axi_wstrb, 15)
        for channel in (first, {"aw": "w", "w": "aw"}[first]):
            assert ctx.get(dut.s_axi_bvalid) == 0
            ctx.set(getattr(dut, f"s_axi_{channel}valid"), 1)
            await ctx.tick().until(getattr(dut, f"s_axi_{channel}ready"))
            ctx.set(getattr(dut, f"s_axi_{channel}valid"), 0)
            assert ctx.get(getattr(dut, f"s_axi_{channel}ready")) == 0, "a second one would be lost"
            await ctx.tick().repeat(5)
        assert ctx.get(dut.s_axi_bvalid) == 1 and ctx.get(dut.s_axi_bready) == 0
        await ctx.tick().repeat(9)
        assert ctx.get(dut.s_axi_bvalid) == 1
        # Another write is taken while the response waits, and is made after it.
        for channel in ("aw", "w"):
            ctx.set(getattr(dut, f"s_axi_{channel}valid"), 1)
        ctx.set(dut.s_axi_awaddr, 0x0C)
        await ctx.tick()
        for channel in ("aw", "w"):
            ctx.set(getattr(dut, f"s_axi_{channel}valid"), 0)
        await ctx.tick().repeat(5)
        assert ctx.get(dut.s_axi_bvalid) == 1 and ctx.get(dut.s_axi_bresp) == 0
        ctx.set(dut.s_axi_bready, 1)
        for expected in (0, SLVERR):
            (code,) = await ctx.tick().sample(dut.s_axi_bresp).until(dut.s_axi_bvalid)
            assert code == expected
        ctx.set(dut.s_axi_bready, 0)
        assert (await AxiMaster(dut).read(ctx, 0x08)) == (77, False)

    play(bench)


def test_a_read_takes_one_word_however_long_its_answer_waits():
    async def bench(ctx, dut):
        ctx.set(dut.s_axi_araddr, 0x20)
        ctx.set(dut.s_axi_arvalid, 1)
        await ctx.tick().until(dut.s_axi_arready)
        ctx.set(dut.s_axi_arvalid, 0)
        await ctx.tick().repeat(20)
        assert ctx.get(dut.given) == 1 and ctx.get(dut.s_axi_rvalid) == 1 and ctx.get(dut.s_axi_rdata) == 0
        ctx.set(dut.s_axi_rready, 1)
        await ctx.tick()
        ctx.set(dut.s_axi_rready, 0)
        await ctx.tick().repeat(5)
        assert ctx.get(dut.s_axi_rvalid) == 0 and ctx.get(dut.given) == 1

    play(bench)


def test_a_read_that_is_asked_for_early_waits_for_the_answer_before_it():
    async def bench(ctx, dut):
        ctx.set(dut.s_axi_araddr, 0x20)
        ctx.set(dut.s_axi_arvalid, 1)
        await ctx.tick().repeat(20)  # two are taken, and no third
        ctx.set(dut.s_axi_arvalid, 0)
        assert ctx.get(dut.given) == 1 and not ctx.get(dut.s_axi_arready)
        ctx.set(dut.s_axi_rready, 1)
        for expected in (0, 1):
            (word,) = await ctx.tick().sample(dut.s_axi_rdata).until(dut.s_axi_rvalid)
            assert word == expected
        ctx.set(dut.s_axi_rready, 0)
        assert ctx.get(dut.given) == 2

    play(bench)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"bvalid": 1}], "nobody is owed"),
        ([{"rvalid": 1}], "nobody is owed"),
        ([{"arvalid": 1, "arready": 1}, {"rvalid": 1}, {}], "rvalid fell"),
        (
            [{"arvalid": 1, "arready": 1}, {"rvalid": 1, "rdata": 3}, {"rvalid": 1, "rdata": 4}],
            "rdata changed",
        ),
        ([{"awvalid": 1, "awready": 1}, {"bvalid": 1}], "nobody is owed"),
        ([{"awvalid": 1, "awready": 1, "wvalid": 1, "wready": 1}], "a write without its response"),
        ([{"arvalid": 1, "arready": 1}], "a read without its data"),
    ],
)
def test_a_broken_rule_is_noticed(changes, message):
    rules = AxiRules()
    quiet = {name.removeprefix("s_axi_"): 0 for name in PORTS}
    with pytest.raises(AssertionError, match=message):
        for change in changes:
            rules.step(quiet | change)
        rules.end()
