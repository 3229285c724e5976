import io
import json
import time
from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.golden import run_spikes
from accelgen.interop import export_nir
from accelgen.interop.export.played import play_units
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.compare import drawn_spikes
from accelgen.interop.spiking.convert import convert_spiking
from accelgen.interop.spiking.play import play_nir
from accelgen.interop.spiking.read import units_of
from accelgen.network import BlockSparse, EventInput, Integrator, Network, Neuron, Spiking, Synapse
from tests.tiny_networks import (
    block_sparse,
    lasting,
    mnist_spiking_network,
    small_network,
    spiking_network,
    tiny_spiking_network,
)

nir = pytest.importorskip("nir")

NETWORKS = {
    **{
        f"{reset}-{leak}-{readout}": spiking_network(leak, leak=leak, reset=reset, readout=readout)
        for reset in ("zero", "subtract")
        for leak in (0, 2)
        for readout in ("membrane", "count")
    },
    "multiplier": spiking_network(3, leak=3, multiplier=5, readout="count"),
    "fine": spiking_network(4, leak=10, multiplier=41, reset="zero"),
    "discontinuous": spiking_network(1, "discontinuous", readout="count"),
    "currents": spiking_network(2, "discontinuous"),
    "events": mnist_spiking_network(events=True),
    "leaking": replace(spiking_network(5), readout=Integrator(2)),
    "highest": replace(spiking_network(6, leak=0), readout=Integrator(3, 5, "max")),
    "all": replace(spiking_network(7, leak=0), readout=Integrator(0, 1, "sum")),
    "lasting": lasting(spiking_network(8, reset="zero", readout="count"), Synapse(2), Synapse(4, 3), None),
    "lasting-subtract": lasting(spiking_network(9, leak=3, multiplier=5), Synapse(10, 205)),
    "lasting-long": lasting(spiking_network(10, readout="count"), Synapse(15)),
}


def stages_of(content):
    units = units_of(io.BytesIO(content))
    return find_spiking_chain(units, None).stages


@pytest.mark.parametrize("dt", [1e-4, 1e-3, 3e-4])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_spike_and_score_is_that_of_the_golden_model(name, dt):
    network = NETWORKS[name]
    spikes = drawn_spikes(24, 16, network.input.inputs, 5)
    golden = run_spikes(network, spikes)
    fired, scores = play_units(export_nir(network, dt), spikes)
    assert np.array_equal(np.rint(scores), golden.scores)
    for theirs, ours in zip(fired, golden.spikes[1:], strict=False):
        assert np.array_equal(theirs, ours) and 0 < ours.mean() < 1


@pytest.mark.parametrize("name", NETWORKS)
def test_an_import_of_an_export_is_the_same_network(name):
    network = NETWORKS[name]
    spikes = drawn_spikes(12, 16, network.input.inputs, 6)
    made = convert_spiking(stages_of(export_nir(network, 1e-4)), 1e-4, 4, spikes[:2])
    layers, readout = tuple(one.layer for one in made), made[-1].readout
    again = Network("again", EventInput(network.input.inputs, 1, 1), layers, readout=readout)
    assert again.readout == network.readout
    assert all(one.exact for one in made) and [one.name for one in again.layers] == [
        one.name for one in network.layers
    ]
    assert [one.rule for one in again.layers] == [one.rule for one in network.layers]
    assert np.array_equal(run_spikes(again, spikes).scores, run_spikes(network, spikes).scores)


def test_even_weights_of_a_leak_that_rounds_stay_as_they_are():
    network = replace(spiking_network(5), readout=Integrator(2))
    last, whole = network.last, network.last.weights
    even = BlockSparse(whole.outputs, whole.inputs, 4, whole.index, (whole.codes // 2 * 2).astype(np.int8))
    layers = (*network.hidden, Spiking(last.name, even, last.bias // 2 * 2, None))
    network = replace(network, layers=layers)
    (*_, made) = convert_spiking(stages_of(export_nir(network)), 1e-4, 4, drawn_spikes(4, 3, 30, 0))
    assert made.exact and made.unit == 1.0 and np.array_equal(made.layer.weights.dense(), even.dense())


def test_a_framework_without_our_metadata_fires_alike_but_for_the_leak():
    for name, reset in (("zero-0-membrane", "zero"), ("subtract-0-count", "subtract")):
        network = NETWORKS[name]
        units = units_of(io.BytesIO(export_nir(network, 1e-4)))
        for unit in units.units.values():
            unit.facts.clear()
        chain = find_spiking_chain(units, reset)
        spikes = drawn_spikes(24, 16, 30, 5)
        _, scores = play_nir(chain.stages, spikes, 1e-4)
        assert np.array_equal(np.rint(scores), run_spikes(network, spikes).scores)


def test_a_file_is_the_same_bytes_and_nir_reads_it(tmp_path):
    network = mnist_spiking_network(events=True)
    content = export_nir(network, 1e-3)
    time.sleep(1.1)
    assert export_nir(network, 1e-3) == content
    (tmp_path / "a.nir").write_bytes(content)
    graph = nir.read(tmp_path / "a.nir")  # which checks that shapes fit
    assert [type(node).__name__ for node in graph.nodes.values()].count("IF") == 1
    assert json.loads(graph.metadata["dt"]) == 1e-3 and graph.metadata["network"] == "seer"
    assert tuple(graph.nodes["input"].input_type["input"]) == (2, 32, 32)
    assert graph.nodes["0_neurons"].metadata["reset"] == "subtract-delayed"
    assert json.loads(units_of(io.BytesIO(export_nir(network))).facts["dt"]) == 1
    assert json.loads(units_of(io.BytesIO(export_nir(tiny_spiking_network()))).facts["dt"]) == 1e-4
    dithered = units_of(io.BytesIO(export_nir(tiny_spiking_network())))
    assert dithered.facts["encoder"] == "dither"


def test_what_cannot_be_said_is_refused():
    with pytest.raises(InvalidRequest, match="small does not spike: formats onnx and qonnx are for it"):
        export_nir(small_network())
    with pytest.raises(InvalidOption, match="dt must be seconds above zero, not 0"):
        export_nir(tiny_spiking_network(), 0)
    with pytest.raises(InvalidNetwork, match=r"layer 0 \(s0\): its current lasts and its membrane does not"):
        export_nir(lasting(spiking_network(leak=0), Synapse(1)))
    rng = np.random.default_rng(0)

    def network(threshold, bias):
        first = block_sparse(rng, 4, 12, block_out=4)
        last = Spiking("b", block_sparse(rng, 2, 4, block_out=2), np.zeros(2, np.int32), None)
        layers = Spiking("a", first, np.full(4, bias, np.int32), Neuron("continuous", threshold)), last
        return Network("far", EventInput(12, 1, 1), layers)

    with pytest.raises(InvalidNetwork, match=r"layer 0 \(a\): membranes need 2[0-9] bits"):
        export_nir(network(5, 1 << 22))
    with pytest.raises(InvalidNetwork, match=r"layer 0 \(a\): weights and threshold add up to 65,5"):
        export_nir(network((1 << 16) - 1, 0))
