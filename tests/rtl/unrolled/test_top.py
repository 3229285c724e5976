import numpy as np
import pytest

from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.unrolled.top import PipelinedTop
from tests.component_bench import check
from tests.naive import naive_scores
from tests.rtl.unrolled.test_pipeline import plan_of
from tests.stream_drivers import classify, frames, whole
from tests.tiny_networks import random_images, small_network


def expected(network, images):
    scores = [naive_scores(network, image) for image in images]
    return [[*found, int(np.argmax(found))] for found in scores]


@pytest.mark.parametrize("interval", [1, 2, 5])
def test_images_follow_one_another_as_was_asked_for(interval):
    network = small_network()
    plan = plan_of(network, interval=interval)
    images = random_images(np.random.default_rng(0), 12, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    assert {len(frame) for frame in sent} == {plan.input_beats} and plan.input_beats <= interval
    _, _, few = classify(PipelinedTop(plan), sent[:2], results=2)
    found, error, many = classify(PipelinedTop(plan), sent, results=12)
    assert found == expected(network, images) and error == 0
    assert many - few == 10 * plan.input_beats


@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_a_broken_frame_leaves_no_trace(stall):
    network = small_network()
    plan = plan_of(network, interval=3)
    images = random_images(np.random.default_rng(2), 5, network.input.pixels)
    sent = [whole(frame) for frame in frames(network, plan, images)]
    sent.insert(1, [*sent[0][:-1], (sent[0][-1][0], 0), *sent[2]])  # too long
    found, error, _ = classify(PipelinedTop(plan), sent, results=5, stall=stall, seed=1)
    assert found == expected(network, images) and error == 1 << ERRORS.index("long")


@pytest.mark.parametrize(("interval", "stages"), [(1, 0), (4, 7)])
def test_verilog_behind_axi_streams_equals_the_equations(tmp_path, interval, stages):
    network = small_network()
    plan = plan_of(network, interval=interval, stages=stages)
    images = random_images(np.random.default_rng(1), 6, network.input.pixels)
    images[0], images[1] = 0, 255
    check(
        PipelinedTop(plan),
        tmp_path,
        bench="bench_top",
        frames=frames(network, plan, images),
        results=expected(network, images),
        load=[],
        stall=0.4,
        seed=3,
        beats=plan.input_beats,
        width=plan.input_width,
        used=plan.pixels_per_beat * network.input.bits,
    )
