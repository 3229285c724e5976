# amaranth: UnusedElaboratable=no
import numpy as np
import pytest

from accelgen.golden import run
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.pipelined.gates_stage import GatesStage
from accelgen.rtl.pipelined.plan import PipelinedPlan
from tests.rtl.pipelined.test_stage import NETWORKS, packed, words_of_images
from tests.tiny_networks import random_images, small_network


@pytest.mark.parametrize("network", NETWORKS[:3], ids=lambda network: network.name)
def test_the_words_that_leave_are_what_the_next_layer_reads(network):
    images = random_images(np.random.default_rng(0), 5, network.input.pixels, density=0.6)
    lanes = (*[0] * (len(network.layers) - 1), 3)
    plan = PipelinedPlan(network, Datapath(pipelined=True, layer_lanes=lanes))
    reads = run(network, images).activations
    for stage, after, x, y in zip(plan.stages, plan.stages[1:], reads, reads[1:], strict=False):
        assert stage.cycles == 2 + after.bank_words[0]
        assert words_of_images(GatesStage(stage), packed(stage, x)) == packed(after, y)


def test_it_has_no_tables_and_no_lanes():
    plan = PipelinedPlan(small_network(), Datapath(pipelined=True, layer_lanes=(4, 4, 0)))
    stage = plan.stages[-1]
    members = set(GatesStage(stage).signature.members)
    assert (stage.lanes, stage.units, plan.lanes, plan.units) == (0, [], (4, 4, 0), (1, 1, 1))
    assert "scores" in members and not {"words", "may_give", "given"} & members
    assert not any(name.startswith("load_") for name in members)
