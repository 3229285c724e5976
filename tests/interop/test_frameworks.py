"""What the page says a framework needs is done, and what comes out is imported."""

import shlex

import numpy as np
import pytest

from accelgen import load, steps
from accelgen.golden import run, run_spikes
from accelgen.interop import read_graph
from accelgen.interop.chain import find_chain
from accelgen.interop.convert import convert
from accelgen.interop.entering import Scale
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.play import play_nir
from accelgen.interop.spiking.read import read as read_units
from accelgen.network import Synapse
from tests.documents.examples import ROOT, examples
from tests.documents.running import python

PROGRAMS = [one for one in examples(ROOT / "docs" / "own-models.md") if one.language == "python"]


@pytest.fixture
def exported(tmp_path, monkeypatch):
    """Return a function that runs the program of the page with a word in it, and gives names and command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))

    def run_it(word):
        names = {}
        program = next(one for one in PROGRAMS if word in one.text)
        said = python(program.text, names).strip().splitlines()[-1]
        return names, shlex.split(said)[2:]

    return run_it


def classes_of_images(source, network, images):
    """Return the classes of images of 0 to 1 in whole pixels, [n, channels, height, width]."""
    placed = images.transpose(0, 2, 3, 1).reshape(len(images), -1)
    coding = network.pixel_input.coding
    return run(network, coding.raw(placed) if coding else placed.astype(np.uint8)).classes


def test_plain_torch_is_quantised_and_imported(exported):
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("torch")
    _, command = exported("quantize_static")
    found = steps.import_model(command[0], "net", samples=300)
    assert not found.refused and found.apart == 0
    assert [layer.name for layer in found.layers] == ["conv0", "dense1", "dense2"]
    images = np.random.default_rng(1).integers(0, 256, (100, 1, 8, 8))
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = runtime.InferenceSession("int8.onnx", options, providers=["CPUExecutionProvider"])
    real = Scale().real(images)
    theirs = np.concatenate([session.run(None, {"x": one[None]})[0] for one in real])
    assert np.array_equal(classes_of_images(command[0], load("net"), images), theirs.argmax(axis=1))


def test_brevitas_is_imported(exported):
    torch = pytest.importorskip("torch")
    pytest.importorskip("brevitas")
    pytest.importorskip("onnxoptimizer")
    names, command = exported("export_qonnx")
    found = steps.import_model(command[0], "net", samples=300)
    assert not found.refused and not found.rounded
    assert [(layer.outputs, layer.weight_bits) for layer in found.layers] == [(32, 3), (10, 3)]
    images = np.random.default_rng(1).integers(0, 256, (200, 1, 8, 8))
    with torch.no_grad():
        theirs = names["model"](torch.from_numpy(Scale().real(images)))
    graph = read_graph(command[0])
    last = convert(graph, find_chain(graph), Scale()).layers[-1]
    network = load("net")
    placed = images.reshape(200, -1)
    coding = network.pixel_input.coding
    scores = run(network, coding.raw(placed) if coding else placed.astype(np.uint8)).scores
    values = np.stack([one(scores[:, n] - network.last.bias[n]) for n, one in enumerate(last.stairs)], axis=1)
    assert np.array_equal(values, theirs.numpy())


def test_an_average_of_brevitas_is_imported(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    nn = pytest.importorskip("brevitas.nn")
    pytest.importorskip("onnxoptimizer")
    from brevitas.export import export_qonnx
    from brevitas.quant import Int8WeightPerTensorFixedPoint, Uint8ActPerTensorFixedPoint

    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    torch.manual_seed(0)
    codes = {"act_quant": Uint8ActPerTensorFixedPoint, "return_quant_tensor": True}
    weights = {"bias": False, "weight_bit_width": 3, "weight_quant": Int8WeightPerTensorFixedPoint}
    model = torch.nn.Sequential(
        nn.QuantIdentity(bit_width=4, **codes),
        nn.QuantConv2d(2, 4, 3, **weights),
        nn.QuantReLU(bit_width=4, **codes),
        nn.TruncAvgPool2d(2, bit_width=4, float_to_int_impl_type="floor"),
        torch.nn.Flatten(),
        nn.QuantLinear(36, 3, **weights),
    )
    model(torch.rand(8, 2, 8, 8))
    path = tmp_path / "pooled.onnx"
    export_qonnx(model.eval(), torch.zeros(1, 2, 8, 8), str(path), opset_version=18, external_data=False)
    found = steps.import_model(path, "net", samples=300)
    assert not found.refused and not found.rounded
    assert [layer.rule for layer in found.layers][1] == "shift 2 to 4 bits, proven"
    images = np.random.default_rng(1).integers(0, 256, (100, 2, 8, 8))
    with torch.no_grad():
        theirs = model(torch.from_numpy(Scale().real(images))).numpy()
    assert np.array_equal(classes_of_images(path, load("net"), images), theirs.argmax(axis=1))


def test_snntorch_is_imported(exported):
    pytest.importorskip("torch")
    pytest.importorskip("snntorch")
    pytest.importorskip("nirtorch")
    _, command = exported("export_to_nir")
    found = steps.import_spikes(command[0], "net", dt=1e-4, reset="subtract-delayed", weight_bits=8)
    assert not found.refused and [layer.outputs for layer in found.layers] == [20, 4]
    assert all(layer.differ / layer.of < 0.02 for layer in found.layers)


@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_currents_arrive_in_the_timestep_of_snntorch(tmp_path, alpha):
    torch, snn = pytest.importorskip("torch"), pytest.importorskip("snntorch")
    nir = pytest.importorskip("nir")
    pytest.importorskip("nirtorch")
    from snntorch.export_nir import export_to_nir

    torch.manual_seed(0)
    each = {"alpha": torch.full((20,), alpha), "beta": torch.full((20,), 0.875), "threshold": torch.ones(20)}
    model = torch.nn.Sequential(torch.nn.Linear(34, 20), snn.Synaptic(**each, init_hidden=True, output=True))
    graph = export_to_nir(model, torch.zeros(1, 34), ignore_dims=[0])
    nir.write(tmp_path / "a.nir", graph)
    spikes = np.random.default_rng(0).integers(0, 2, (30, 16, 34)).astype(np.uint8)
    model[1].reset_mem()
    with torch.no_grad():
        theirs = [model(torch.from_numpy(spikes[:, step]).float())[0].numpy() for step in range(16)]
    chain = find_spiking_chain(read_units(tmp_path / "a.nir"), "subtract-delayed")
    ours, _ = play_nir(chain.stages, spikes, 1e-4)
    assert np.array_equal(ours[0], np.stack(theirs, axis=1)) and ours[0].any()


def test_synaptic_neurons_of_snntorch_become_layers_whose_currents_last(tmp_path, monkeypatch):
    """Two layers of them, step by step in snnTorch, beside the golden model of what is imported."""
    torch, snn = pytest.importorskip("torch"), pytest.importorskip("snntorch")
    nir = pytest.importorskip("nir")
    pytest.importorskip("nirtorch")
    from snntorch.export_nir import export_to_nir

    def neurons(count, alpha, beta, **how):
        each = {"alpha": alpha, "beta": beta, "threshold": 1.0}
        each = {name: torch.full((count,), value) for name, value in each.items()}
        return snn.Synaptic(**each, init_hidden=True, **how)

    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    torch.manual_seed(0)
    first, last = torch.nn.Linear(34, 20), torch.nn.Linear(20, 4)
    model = torch.nn.Sequential(first, neurons(20, 0.75, 0.875), last, neurons(4, 0.5, 0.9, output=True))
    nir.write(tmp_path / "a.nir", export_to_nir(model, torch.zeros(1, 34), ignore_dims=[0]))
    found = steps.import_spikes(
        tmp_path / "a.nir", "net", dt=1e-4, reset="subtract-delayed", weight_bits=8, samples=64
    )
    assert not found.refused and all(0 < layer.differ < 0.03 * layer.of for layer in found.layers)
    network = load("net")
    assert [layer.rule.synapse for layer in network.layers] == [Synapse(2), Synapse(1)]
    spikes = (np.random.default_rng(5).random((40, 16, 34)) < 0.3).astype(np.uint8)
    for module in (model[1], model[3]):
        module.reset_mem()
    with torch.no_grad():
        theirs = [model(torch.from_numpy(spikes[:, step]).float())[0].numpy() for step in range(16)]
    ours = np.diff(run_spikes(network, spikes).scores, axis=1, prepend=0)
    fired = np.stack(theirs, axis=1)
    assert 0.05 < fired.mean() < 0.95 and (ours != fired).mean() < 0.05


@pytest.mark.parametrize("score", ["last", "sum", "max"])
def test_membranes_of_snntorch_are_those_of_an_li(tmp_path, monkeypatch, score):
    torch, snn = pytest.importorskip("torch"), pytest.importorskip("snntorch")
    nir = pytest.importorskip("nir")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    torch.manual_seed(1)
    beta, dt = 0.875, 1e-4
    linear = torch.nn.Linear(20, 4)
    leaky = snn.Leaky(beta=beta, reset_mechanism="none", threshold=1e9)
    spikes = np.random.default_rng(0).integers(0, 2, (60, 16, 20)).astype(np.uint8)
    membrane, each = leaky.init_leaky(), []
    with torch.no_grad():
        for step in range(16):
            _, membrane = leaky(linear(torch.from_numpy(spikes[:, step]).float()), membrane)
            each.append(membrane.numpy())
    theirs = np.stack(each, axis=1)
    wanted = {"last": theirs[:, -1], "sum": theirs.sum(axis=1), "max": theirs.max(axis=1)}[score]
    weight, bias, four = linear.weight.detach().numpy(), linear.bias.detach().numpy(), np.ones(4, np.float32)
    tau = dt / (1 - beta)
    nodes = nir.Affine(weight, bias), nir.LI(tau=four * tau, r=four * tau / dt, v_leak=four * 0)
    nir.write(tmp_path / "a.nir", nir.NIRGraph.from_list(*nodes, type_check=False))
    chain = find_spiking_chain(read_units(tmp_path / "a.nir"), None, score)
    _, played = play_nir(chain.stages, spikes, dt)
    assert np.allclose(played[:, -1], wanted, rtol=1e-4, atol=1e-4)
    found = steps.import_spikes(tmp_path / "a.nir", "net", dt=dt, scores=score, weight_bits=8)
    assert not found.refused and found.classes_differ < 0.03 * found.samples
    assert (run_spikes(load("net"), spikes).classes == wanted.argmax(axis=1)).mean() > 0.95


def test_every_framework_has_its_line_of_import():
    assert [one.text.count("accelgen import") for one in PROGRAMS] == [1] * 4
    assert "not executed here" in (ROOT / "docs" / "own-models.md").read_text()
