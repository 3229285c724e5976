from accelgen.rtl.bus.watch import Watch
from tests.stream_drivers import simulate


async def pulse(ctx, *ports):
    """Let ports be one for a cycle."""
    for port in ports:
        ctx.set(port, 1)
    await ctx.tick()
    for port in ports:
        ctx.set(port, 0)


def test_cycles_run_and_results_are_counted_with_their_time():
    dut = Watch(0)

    async def look(ctx):
        assert ctx.get(dut.ready) == 1
        await ctx.tick().repeat(5)
        assert ctx.get(dut.cycles) == 5
        for number, cycles in enumerate((9, 2, 30)):
            await pulse(ctx, dut.input_ends)
            await ctx.tick().repeat(cycles - 1)
            await pulse(ctx, dut.result_ends)
            assert (ctx.get(dut.images), ctx.get(dut.latency)) == (number + 1, cycles)
        assert ctx.get(dut.cycles) == 5 + sum((9, 2, 30)) + 3

    simulate(dut, look)


def test_what_did_not_meet_its_weights_is_counted_when_an_image_ends():
    dut, skipped = Watch(0, work=9), 0

    async def look(ctx):
        nonlocal skipped
        for met in (0, 4, 9, 1):
            for _ in range(met):
                await pulse(ctx, dut.met)
                assert ctx.get(dut.skipped) == skipped
            await pulse(ctx, dut.ended)
            skipped += 9 - met
            assert ctx.get(dut.skipped) == skipped

    simulate(dut, look)


def test_tables_are_whole_after_a_frame_of_the_right_length_alone():
    dut = Watch(3)

    async def look(ctx):
        assert not ctx.get(dut.ready)
        for words in (1, 3, 2, 3, 4, 9, 3):
            for number in range(words):
                await pulse(ctx, dut.table_passes, *([dut.table_ends] if number == words - 1 else []))
                if number < words - 1:
                    assert ctx.get(dut.begun) and not ctx.get(dut.ready)
            assert ctx.get(dut.ready) == (words == 3) and not ctx.get(dut.begun)

    simulate(dut, look)
