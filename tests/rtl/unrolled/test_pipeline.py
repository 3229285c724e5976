import numpy as np
import pytest
from amaranth.back import rtlil
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.network.encoding import quantise_pixels
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.unrolled.pipeline import PipelinedEngine, PipelinedLayer, ranks_of
from accelgen.rtl.unrolled.plan import UnrolledPlan
from tests.naive import naive_scores
from tests.stream_drivers import drive, simulate
from tests.tiny_networks import (
    TASKS,
    multiply_network,
    random_images,
    random_network,
    signed,
    small_network,
    tasked_network,
    wide_network,
)


def plan_of(network, **options):
    return UnrolledPlan(network, Datapath(unrolled=True, **{"interval": 1} | options))


def words_of(network, images):
    """Return what each image gives as one integer, and what enters for it."""
    bits, results, entering = network.input.bits, [], []
    for image, pixels in zip(images, quantise_pixels(images, network.input.bits), strict=True):
        scores = naive_scores(network, image)
        words = [*scores, int(np.argmax(scores))]
        results.append(sum((word & 0xFFFFFFFF) << 32 * n for n, word in enumerate(words)))
        entering.append(sum(int(pixel) << bits * n for n, pixel in enumerate(pixels)))
    return entering, results


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    stall=st.sampled_from([0.0, 0.4, 0.8]),
    sums=st.sampled_from(["auto", "trees", "cells"]),
    more=st.sampled_from([0, 1, 4]),
)
@example(seed=476805, stall=0.4, sums="auto", more=0)  # a shift leaves nothing of a sum but its sign
def test_random_networks_equal_the_equations(seed, stall, sums, more):
    network = random_network(seed)
    plan = plan_of(network, sums=sums, stages=more and len(network.layers) + 1 + more)
    images = random_images(np.random.default_rng(seed), 8, network.input.pixels)
    entering, results = words_of(network, images)
    engine = PipelinedEngine(plan)
    assert drive(engine, engine.image, engine.result, entering, count=8, stall=stall, seed=seed) == results


@pytest.mark.parametrize("network", [wide_network(), multiply_network(0), multiply_network(1)])
@pytest.mark.parametrize("sums", ["trees", "chains"])
def test_wide_weights_and_multipliers_are_pipelined_too(network, sums):
    images = random_images(np.random.default_rng(6), 6, network.input.pixels)
    images[1] = 255
    entering, results = words_of(network, images)
    engine = PipelinedEngine(plan_of(network, sums=sums, stages=7))
    assert drive(engine, engine.image, engine.result, entering, count=6, stall=0.3, seed=2) == results


@pytest.mark.parametrize("options", [{"interval": 1}, {"sums": "chains"}])
def test_signed_codes_are_refused(options):
    with pytest.raises(
        InvalidOption, match="^signed codes enter small, and unrolled hardware takes them over"
    ):
        UnrolledPlan(signed(small_network()), Datapath(unrolled=True, **options))


def test_ranks_go_where_most_levels_lie_between_two():
    network = small_network()
    assert ranks_of(plan_of(network)) == [1, 1, 1, 1]
    ranks = ranks_of(plan_of(network, stages=9))
    assert sum(ranks) == 9 and min(ranks) >= 1 and max(ranks) >= 3


def test_every_rank_takes_a_clock():
    network = small_network()
    images = random_images(np.random.default_rng(0), 1, network.input.pixels)
    entering, results = words_of(network, images)
    for stages in (0, 6):
        plan = plan_of(network, stages=stages)
        engine, clocks = PipelinedEngine(plan), []

        async def bench(ctx, engine=engine, clocks=clocks):
            ctx.set(engine.result.ready, 1)
            ctx.set(engine.image.valid, 1)
            ctx.set(engine.image.payload, entering[0])
            await ctx.tick()
            ctx.set(engine.image.valid, 0)
            while not ctx.get(engine.result.valid):
                clocks.append(None)
                await ctx.tick()
            assert ctx.get(engine.result.payload) == results[0]

        simulate(engine, bench)
        assert len(clocks) + 1 == plan.stages == (stages or 4)


def test_a_layer_without_ranks_has_no_clock():
    layers = [PipelinedLayer(small_network().layers[0], 3, None, ranks) for ranks in (0, 2)]
    for layer in layers:
        rtlil.convert(layer, name="layer")
    assert not hasattr(layers[0], "moves") and len(layers[1].moves) == 2


@pytest.mark.parametrize("kind", TASKS)
def test_results_of_every_task_lie_side_by_side(kind):
    network = tasked_network(TASKS[kind])
    assert plan_of(network).output_width == 32 * network.results
