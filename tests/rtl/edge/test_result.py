import random

import pytest
from amaranth.hdl import Module, Signal

from accelgen.network import Task
from accelgen.rtl.edge.result import ResultSender
from tests.stream_drivers import simulate


def clocked(dut) -> Module:
    """Return something with a clock around what may need none."""
    m = Module()
    m.submodules.dut = dut
    m.d.sync += Signal(name="beats").eq(1)
    return m


def received_of(dut, images, words, stall) -> list:
    """Return the words, and whether each is the last, that leave for the scores of images."""
    received = []

    async def send(ctx):
        for scores in images:
            for number, score in enumerate(scores):
                ctx.set(dut.scores.payload, {"value": score, "last": number == len(scores) - 1})
                ctx.set(dut.scores.valid, 1)
                await ctx.tick().until(dut.scores.ready)
                ctx.set(dut.scores.valid, 0)

    async def receive(ctx):
        dice = random.Random(1)
        while len(received) < words:
            ready = dice.random() >= stall
            ctx.set(dut.tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(dut.tvalid, dut.tdata, dut.tlast)
            if valid and ready:
                received.append((data - (1 << 32) if data >> 31 else data, last))

    simulate(clocked(dut), send, receive)
    return received


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_a_frame_is_the_scores_and_then_the_class(stall):
    images = [[-5, 7, 7, -256], [0, 0, 0, 0], [255, -1, 254, 3]]
    received = received_of(ResultSender(4, 9), images, 15, stall)
    expected = []
    for scores in images:
        expected += [(score, 0) for score in scores] + [(scores.index(max(scores)), 1)]
    assert received == expected


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_scores_of_numbers_and_labels_come_alone(stall):
    images = [[-5, 7, -256], [0, 0, 0], [255, -1, 3]]
    sender = ResultSender(3, 9, task=Task("labels", thresholds=(0, 0, 0)))
    expected = [(score, number == 2) for scores in images for number, score in enumerate(scores)]
    assert received_of(sender, images, 9, stall) == expected


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_a_threshold_is_followed_by_its_decision(stall):
    images = [[-5], [3], [4], [-256], [255]]
    sender = ResultSender(1, 9, task=Task("threshold", thresholds=(4,)))
    expected = [word for (score,) in images for word in ((score, 0), (int(score >= 4), 1))]
    assert received_of(sender, images, 10, stall) == expected
