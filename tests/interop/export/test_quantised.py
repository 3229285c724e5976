import numpy as np
import onnx
import pytest

from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.golden import run
from accelgen.interop import export_qonnx, read_graph
from accelgen.interop.build import build
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.export.places import shape_of
from accelgen.interop.export.played import play_qonnx
from accelgen.interop.prove import prove
from accelgen.network import Network, PixelInput, Requantise
from tests.interop.export.networks import COUNTING, NETWORKS, SIGNED, WIDE, codes_for, named
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import dense_layer, small_network, spiking_network, tiny_network


@pytest.mark.parametrize("network", NETWORKS, ids=named)
def test_every_score_is_that_of_the_golden_model(network):
    codes = codes_for(network)
    content = export_qonnx(network)
    scores = play_qonnx(content, network, codes)
    assert np.array_equal(scores, run(network, codes).scores) and export_qonnx(network) == content


@pytest.mark.parametrize("network", [*COUNTING, small_network(), conv_network(), *SIGNED, *WIDE], ids=named)
def test_the_executor_of_qonnx_agrees(network):
    wrapper = pytest.importorskip("qonnx.core.modelwrapper")
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes

    model = wrapper.ModelWrapper(onnx.load_from_string(export_qonnx(network))).transform(InferShapes())
    codes = codes_for(network, 8)
    numbers = codes if network.input.coding is None else network.input.coding.numbers(codes)
    for sample, wanted in zip(numbers.astype(np.float32), run(network, codes).scores, strict=True):
        x = sample.reshape(1, *shape_of(network))
        found = execute_onnx(model, {"x": x if x.ndim == 2 else x.transpose(0, 3, 1, 2)})
        assert found["scores"].tolist() == [wanted.tolist()]


def imported(network, folder):
    """Return what the importer makes of an exported network."""
    (folder / "a.onnx").write_bytes(export_qonnx(network))
    graph = read_graph(folder / "a.onnx")
    scale = Scale(-128.0, 127.0) if network.signed else Scale(0.0, 255.0)
    converted = convert(graph, find_chain(graph), scale)
    again = build("again", converted, {})
    proof = prove(graph, converted, again, scale, 50)
    assert proof.difference is None and not converted.rounded
    return again


@pytest.mark.parametrize(
    "network",
    [*NETWORKS, tiny_network(5)],
    ids=named,
)
def test_an_import_of_an_export_has_the_same_scores(network, tmp_path):
    codes = codes_for(network, 60)
    again = imported(network, tmp_path)
    placed = codes if network.input.coding is None or again.signed else network.input.coding.places(codes)
    assert np.array_equal(run(again, placed).scores, run(network, codes).scores)
    pads = network.first.window is not None and network.first.window.padding != 0
    assert again.signed == (network.signed and pads)  # zeros that are padded need a code, and it is 0


def test_a_shift_comes_back_as_a_shift(tmp_path):
    rules = [layer.rule for layer in imported(small_network(), tmp_path).layers]
    assert rules == [Requantise(3, 3), Requantise(2, 2), None]


def test_quantisers_round_to_nearest_and_never_meet_a_tie():
    graph = onnx.load_from_string(export_qonnx(small_network())).graph
    modes = [one.s for node in graph.node for one in node.attribute if one.name == "rounding_mode"]
    assert len(modes) == 6 and set(modes) == {b"ROUND"}  # the input, three matrices, two rules


def test_what_float32_would_round_is_refused():
    rng = np.random.default_rng(0)
    first = dense_layer(rng, "a", 4, 30, Requantise(23, 8))
    network = Network("far", PixelInput(30, 8), (first, dense_layer(rng, "b", 2, 4, None, block_out=2)))
    with pytest.raises(
        InvalidNetwork, match=r"layer 0 \(a\): sums of up to 8,[0-9,]+ are not exact in float32"
    ):
        export_qonnx(network)
    with pytest.raises(InvalidRequest, match="spiky spikes"):
        export_qonnx(spiking_network())
