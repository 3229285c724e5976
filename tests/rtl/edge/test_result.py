import random

import pytest

from accelgen.rtl.edge.result import ResultSender
from tests.stream_drivers import simulate


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_a_frame_is_the_scores_and_then_the_class(stall):
    dut = ResultSender(4, 9)
    images = [[-5, 7, 7, -256], [0, 0, 0, 0], [255, -1, 254, 3]]
    received = []

    async def send(ctx):
        for scores in images:
            for number, score in enumerate(scores):
                ctx.set(dut.scores.payload, {"value": score, "last": number == 3})
                ctx.set(dut.scores.valid, 1)
                await ctx.tick().until(dut.scores.ready)
                ctx.set(dut.scores.valid, 0)

    async def receive(ctx):
        dice = random.Random(1)
        while len(received) < 15:
            ready = dice.random() >= stall
            ctx.set(dut.tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(dut.tvalid, dut.tdata, dut.tlast)
            if valid and ready:
                received.append((data - (1 << 32) if data >> 31 else data, last))

    simulate(dut, send, receive)
    expected = []
    for scores in images:
        expected += [(score, 0) for score in scores] + [(scores.index(max(scores)), 1)]
    assert received == expected
