import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from accelgen.deliver.bench import bench_line
from accelgen.deliver.trial import trial
from accelgen.errors import DataError
from accelgen.models import load, model_folder
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate, write
from tests.deliver.delivered import HAS_ICARUS, icarus

ROOT = Path(__file__).parents[2]


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


def test_what_the_documents_say_of_the_driver_runs_beside_it(tmp_path):
    network = load("mnist_3b_8x")
    made = generate(network, Datapath())
    _, texts = trial(made.manifest, network, made.load, model_folder("mnist_3b_8x"))
    (tmp_path / "mnist_3b_8x.py").write_text(texts["mnist_3b_8x.py"])
    page = (ROOT / "docs" / "verilog.md").read_text()
    (example,) = re.findall(r"```python\n(import mnist_3b_8x.*?)```", page, re.DOTALL)
    line = [sys.executable, "-c", example]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"3 {(7,) * 10}\n"


def test_what_the_documents_say_of_the_bench_is_what_it_says():
    network = load("mnist_3b_8x")
    made = generate(network, Datapath())
    _, texts = trial(made.manifest, network, made.load, model_folder("mnist_3b_8x"))
    assert f"$ {bench_line('mnist_3b_8x')}\n" in (ROOT / "docs" / "verilog.md").read_text()
    assert bench_line("mnist_3b_8x") in texts["mnist_3b_8x_tb.v"]


@pytest.mark.skipif(not HAS_ICARUS, reason="there is no iverilog")
def test_the_bench_of_a_shipped_model_passes_as_the_documents_say(tmp_path):
    network = load("mnist_3b_8x")
    made = write(network, Datapath(), tmp_path)
    _, texts = trial(made.manifest, network, made.load, model_folder("mnist_3b_8x"))
    for file, text in texts.items():
        (tmp_path / file).write_text(text)
    said = icarus(tmp_path, "mnist_3b_8x").stdout
    assert said.startswith("PASS: ") and said in (ROOT / "docs" / "verilog.md").read_text()
