from accelgen.rtl.bus.settings import SettingsGate
from tests.stream_drivers import simulate


def test_a_first_beat_with_other_settings_waits_until_the_network_is_empty():
    dut = SettingsGate(4)

    async def play(ctx):
        ctx.set(dut.offered, 1)
        assert ctx.get(dut.open) and ctx.get(dut.value) == 0
        ctx.set(dut.wanted, 5)
        for _ in range(3):
            assert not ctx.get(dut.open)
            await ctx.tick()
        ctx.set(dut.quiet, 1)
        await ctx.tick()
        assert ctx.get(dut.value) == 5 and ctx.get(dut.open)
        ctx.set(dut.quiet, 0)
        ctx.set(dut.taken, 1)
        await ctx.tick()
        ctx.set(dut.wanted, 9)  # of a later beat of the same frame
        assert ctx.get(dut.open)
        await ctx.tick()
        ctx.set(dut.last, 1)
        await ctx.tick()
        ctx.set(dut.taken, 0)
        assert not ctx.get(dut.open) and ctx.get(dut.value) == 5

    simulate(dut, play)


def test_nothing_changes_while_nothing_is_offered():
    dut = SettingsGate(4)

    async def play(ctx):
        ctx.set(dut.quiet, 1)
        ctx.set(dut.wanted, 3)
        await ctx.tick().repeat(3)
        assert ctx.get(dut.value) == 0

    simulate(dut, play)
