import re

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Fragment

from accelgen.rtl.common.table_memory import TableMemory
from accelgen.rtl.table import Table
from tests.stream_drivers import simulate

TABLE = Table("codes", 8, [3, 1, 4, 1, 5, 9, 2, 6])


@pytest.mark.parametrize("platform", [None, "board"])
@pytest.mark.parametrize("writable", [False, True])
def test_gives_its_words_and_keeps_the_last_one(writable, platform):
    dut = TableMemory(TABLE, writable)

    async def testbench(ctx):
        if writable:
            for address, word in enumerate(TABLE.words):
                ctx.set(dut.write.valid, 1)
                ctx.set(dut.write.address, address)
                ctx.set(dut.write.data, word)
                await ctx.tick()
            ctx.set(dut.write.valid, 0)
        for address in (5, 0, 7, 5):
            ctx.set(dut.address, address)
            ctx.set(dut.enable, 1)
            await ctx.tick()
            ctx.set(dut.enable, 0)
            ctx.set(dut.address, 1)
            await ctx.tick()
            assert ctx.get(dut.data) == TABLE.words[address]

    simulate(Fragment.get(dut, platform), testbench)


def test_a_ram_starts_without_the_table():
    dut = TableMemory(TABLE, writable=True)

    async def testbench(ctx):
        ctx.set(dut.address, 5)
        ctx.set(dut.enable, 1)
        await ctx.tick()
        assert ctx.get(dut.data) == 0

    simulate(dut, testbench)


@pytest.mark.parametrize(("words", "width", "columns"), [(2049, 10, 3), (2048, 10, 0)])
def test_a_deep_rom_of_compact_hardware_is_a_memory_for_each_few_bits(words, width, columns):
    table = Table("codes", width, [(7 * number) % (1 << width) for number in range(words)])
    dut = TableMemory(table, writable=False, compact=True)
    assert dut.columns == bool(columns)
    text = rtlil.convert(TableMemory(table, writable=False, compact=True), name="top")
    assert len(re.findall(r"^  memory width", text, re.MULTILINE)) == (columns or 1)

    async def testbench(ctx):
        for address in (words - 1, 0, 7, 1000):
            ctx.set(dut.address, address)
            ctx.set(dut.enable, 1)
            await ctx.tick()
            ctx.set(dut.enable, 0)
            await ctx.tick()
            assert ctx.get(dut.data) == table.words[address]

    simulate(dut, testbench)


def test_a_deep_ram_is_one_memory():
    assert not TableMemory(Table("codes", 10, [0] * 3000), writable=True, compact=True).columns
