"""The driver is imported as a user's own would be, and held against the golden model and the device link."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from accelgen.deliver.driver import driver, driver_name
from accelgen.deliver.stimuli import stimuli
from accelgen.golden import run
from accelgen.golden.spiking import run_spikes, run_spiking
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import dense_vectors
from accelgen.network import Coding
from accelgen.network.encoding import RateInput
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.hardware import EventWords
from accelgen.rtl.manifest import Manifest
from tests.deliver.delivered import FORMS
from tests.tiny_networks import (
    TASKS,
    mnist_spiking_network,
    random_images,
    random_spikes,
    small_network,
    tasked_network,
)


def imported(folder, form):
    """Return the driver of a form as a module, with its network and what was written."""
    network, options, how = FORMS[form]
    network = network()
    generated = write(network, Datapath(**{"lanes": 4} | options), folder, **how)
    return module_of(folder, generated.manifest, network), network, generated


def module_of(folder, manifest, network):
    path = folder / driver_name(manifest)
    path.write_text(driver(manifest, network))
    spec = importlib.util.spec_from_file_location(manifest.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("form", FORMS)
def test_beats_and_results_are_those_of_the_golden_model(form, tmp_path):
    module, network, generated = imported(tmp_path, form)
    rng, inputs = np.random.default_rng(8), network.input.inputs
    if isinstance(generated.manifest.input, EventWords):
        spikes = random_spikes(rng, 4, 3, inputs)
        vectors = spiking_vectors(network, run_spikes(network, spikes))
        samples = [[np.flatnonzero(step).tolist() for step in sample] for sample in spikes]
    elif isinstance(network.input, RateInput):
        vectors, samples = stimuli(network, generated.manifest, None).vectors, None
    else:
        images = random_images(rng, 4, inputs)
        vectors = dense_vectors(network, images, generated.manifest.input.pixels_per_beat)
        samples = images.tolist()
    for sample, frame in zip(samples or [], vectors.frames(), strict=False):
        assert module.pack(sample) == frame
        width = generated.manifest.input.width
        assert module.bytes_of(frame) == b"".join(beat.to_bytes(width // 8, "little") for beat in frame)
        words = module.words_of(frame)
        assert sum(word << 32 * n for n, word in enumerate(words)) == sum(
            beat << (-(-width // 32) * 32) * n for n, beat in enumerate(frame)
        )
    for words in vectors.expected.tolist():
        found = module.unpack([word & 0xFFFFFFFF for word in words])
        if generated.manifest.interval:
            beat = sum((word & 0xFFFFFFFF) << 32 * place for place, word in enumerate(words))
            assert module.unpack(module.words_of_result(beat)) == found
        assert found == module.unpack(words) and list(found.scores) == words[:-1]
        assert found.label == (words[-1] & 0xFFFF if network.spiking else words[-1])
        if network.spiking:
            assert found.timesteps == words[-1] >> 16
    if generated.load is not None:
        assert module.tables(tmp_path / "weights.bin") == generated.load.tolist()
        (tmp_path / "weights.bin").write_bytes(b"1234")
        with pytest.raises(ValueError, match="has 4 bytes, and the tables of"):
            module.tables(tmp_path / "weights.bin")


def test_pixels_of_a_network_that_spikes_are_packed_as_any(tmp_path):
    network = mnist_spiking_network()
    generated = write(network, Datapath(stream="pixels"), tmp_path)
    module = module_of(tmp_path, generated.manifest, network)
    images = random_images(np.random.default_rng(9), 3, 784)
    vectors = spiking_vectors(network, run_spiking(network, images, 3), images=images)
    assert [module.pack(image) for image in images] == vectors.frames()


def test_what_is_no_sample_is_refused(tmp_path):
    module, _, _ = imported(tmp_path, "rom")
    for pixels in ([0] * 29, [0] * 31, [0] * 29 + [256], [-1] + [0] * 29):
        with pytest.raises(ValueError, match="an image is 30 integers of 0 to 255"):
            module.pack(pixels)
    with pytest.raises(ValueError, match="a result is 6 words, not 2"):
        module.unpack([1, 2])
    (tmp_path / "events").mkdir()
    events, network, _ = imported(tmp_path / "events", "events")
    assert events.pack([[3, 3], []]) == events.pack([[3], []])
    for timesteps, said in (
        ([], "1 to 16"),
        ([[]] * 17, "1 to 16"),
        ([[network.input.inputs]], "an address is"),
    ):
        with pytest.raises(ValueError, match=said):
            events.pack(timesteps)


def test_fractions_are_refused_and_integers_of_numpy_are_not(tmp_path):
    module, _, _ = imported(tmp_path, "rom")
    for pixels in ([0.9] * 30, np.full(30, 0.9), ["7"] * 30, np.zeros((30, 1, 2), np.uint8)):
        with pytest.raises(TypeError, match="integer"):
            module.pack(pixels)
    with pytest.raises(TypeError, match="integer"):
        module.unpack([1.5] * 6)
    image = np.arange(30, dtype=np.uint8) * 8
    assert module.pack(image) == module.pack(image.tolist())
    (tmp_path / "events").mkdir()
    events, _, _ = imported(tmp_path / "events", "events")
    with pytest.raises(TypeError, match="integer"):
        events.pack([[0.5]])
    assert events.pack(np.array([[1, 0]])) == events.pack([[0, 1]])


@pytest.mark.parametrize(
    ("name", "file"), [("tiny", "tiny.py"), ("class", "class_.py"), ("signal", "signal_.py")]
)
def test_python_can_import_it_whatever_the_design_is_called(name, file, tmp_path):
    generated = write(mnist_spiking_network(), Datapath(stream="pixels"), tmp_path, name=name)
    assert driver_name(generated.manifest) == file


def test_it_needs_no_package_and_no_accelgen(tmp_path):
    imported(tmp_path, "axi_lite")
    code = "import json, sys, tiny; print(json.dumps(sorted(m for m in sys.modules if '.' not in m)))"
    line = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not {"numpy", "torch", "accelgen", "amaranth"} & set(json.loads(done.stdout))


@pytest.mark.parametrize("kind", TASKS)
def test_scores_of_every_task_become_what_they_stand_for(kind, tmp_path):
    network = tasked_network(TASKS[kind])
    manifest = write(network, Datapath(lanes=4), tmp_path).manifest
    module, images = module_of(tmp_path, manifest, network), random_images(np.random.default_rng(3), 5, 12)
    values = network.task.values(run(network, images).scores)
    for words, right in zip(dense_vectors(network, images).expected.tolist(), values.tolist(), strict=True):
        found = module.unpack(words)
        said = (found[1],) if kind == "threshold" else found[1]
        assert list(said) == right and found.scores == tuple(words[: network.classes])
    with pytest.raises(ValueError, match=f"a result is {network.results} words"):
        module.unpack([0] * (network.results + 1))


@pytest.mark.parametrize("sign", [False, True])
@pytest.mark.parametrize("features", [1, 30])
def test_features_become_the_codes_of_the_network(features, sign, tmp_path):
    rng, network = np.random.default_rng(features), small_network()
    rule = Coding(tuple(rng.normal(size=features)), tuple(rng.random(features) / 60), sign)
    network = replace(network, input=replace(network.input, coding=rule))
    generated = write(network, Datapath(lanes=4), tmp_path)
    assert Manifest.from_json(generated.manifest.to_json()).input.coding == rule
    module = module_of(tmp_path, generated.manifest, network)
    x = np.concatenate([rng.normal(size=(20, 30)), np.full((1, 30), 1.7e308), np.full((1, 30), -1.7e308)])
    codes = [module.codes(row) for row in x]
    assert codes == rule.numbers(rule.raw(x)).tolist() and min(map(min, codes)) == rule.ends[0]
    vectors = dense_vectors(network, rule.raw(x), generated.manifest.input.pixels_per_beat)
    assert [module.pack(row) for row in codes] == vectors.frames()
    with pytest.raises(ValueError, match="^a sample is 30 finite numbers$"):
        module.codes([float("nan")] * 30)
    with pytest.raises(ValueError, match=f"30 integers of {rule.ends[0]} to {rule.ends[1]}$"):
        module.pack([rule.ends[1] + 1] * 30)
