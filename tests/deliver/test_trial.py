import shutil

import pytest

from accelgen.deliver.trial import trial
from accelgen.errors import DataError
from accelgen.models import load, model_folder
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate


def test_a_bench_and_a_driver_are_listed_and_real_samples_are_played_where_they_are(tmp_path):
    network = load("mnist_3b_16x")
    made = generate(network, Datapath(weights="ram"))
    manifest, texts = trial(made.manifest, network, made.load, model_folder("mnist_3b_16x"))
    kinds = {"bench", "bench_images", "bench_results", "bench_tables", "driver"}
    assert {kind for kind in manifest.files if kind not in made.manifest.files} == kinds
    assert set(texts) == {manifest.files[kind] for kind in kinds}
    assert "// image 0, of class 7\n" in texts["mnist_3b_16x_tb_results.hex"]
    _, made_up = trial(made.manifest, network, made.load, tmp_path)
    assert "// image 0\n" in made_up["mnist_3b_16x_tb_results.hex"]


def test_samples_of_another_network_are_refused(tmp_path):
    network = load("mnist_3b_16x")
    shutil.copy(model_folder("events_snn_ci") / "samples.npz", tmp_path)
    with pytest.raises(DataError, match="samples.npz: images: must be there once, among spikes, labels"):
        trial(generate(network, Datapath()).manifest, network, None, tmp_path)
