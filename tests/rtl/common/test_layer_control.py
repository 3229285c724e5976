from accelgen.rtl.common.layer_control import LayerControl
from tests.stream_drivers import simulate


def test_layers_run_in_order_with_their_banks():
    dut = LayerControl(4)
    seen = []

    async def testbench(ctx):
        for _image in range(2):
            assert ctx.get(dut.may_load) and ctx.get(dut.idle)
            ctx.set(dut.loaded, 1)
            assert ctx.get(dut.consumed)
            await ctx.tick()
            ctx.set(dut.loaded, 0)
            for layer in range(4):
                assert ctx.get(dut.start)
                seen.append(
                    (ctx.get(dut.layer), ctx.get(dut.bank), ctx.get(dut.restart), ctx.get(dut.may_load))
                )
                await ctx.tick().repeat(3)
                assert not ctx.get(dut.start) and not ctx.get(dut.consumed), layer
                ctx.set(dut.done, 1)
                await ctx.tick()
                ctx.set(dut.done, 0)

    simulate(dut, testbench)
    assert seen == [(0, 0, 1, 0), (1, 1, 0, 1), (2, 2, 0, 1), (3, 1, 0, 1)] * 2


def test_an_image_waits_until_the_one_before_has_ended():
    dut = LayerControl(2)

    async def testbench(ctx):
        ctx.set(dut.loaded, 1)
        await ctx.tick()
        for _ in range(5):
            assert not ctx.get(dut.consumed)
            await ctx.tick()
        for _ in range(2):
            ctx.set(dut.done, 1)
            await ctx.tick()
            ctx.set(dut.done, 0)
        assert ctx.get(dut.consumed)

    simulate(dut, testbench)
