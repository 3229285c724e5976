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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A shipped model as it is delivered: the folder, and what `trial` gave."""
    folder, network = tmp_path_factory.mktemp("built"), load("mnist_3b_8x")
    made = write(network, Datapath(), folder)
    _, texts = trial(made.manifest, network, made.load, model_folder("mnist_3b_8x"))
    for file, text in texts.items():
        (folder / file).write_text(text)
    return folder


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
    with pytest.raises(DataError, match="samples.npz: images: is missing: it holds spikes, labels"):
        trial(generate(network, Datapath()).manifest, network, None, tmp_path)


def test_what_the_documents_say_of_the_driver_runs_beside_it(built):
    page = (ROOT / "docs" / "verilog.md").read_text()
    (example,) = re.findall(r"```python\n(import mnist_3b_8x.*?)```", page, re.DOTALL)
    line = [sys.executable, "-c", example]
    done = subprocess.run(line, cwd=built, capture_output=True, text=True, check=True)
    assert done.stdout == f"3 {(7,) * 10}\n"


@pytest.mark.skipif(not HAS_ICARUS, reason="there is no iverilog")
def test_the_bench_of_a_shipped_model_passes_as_the_documents_say(built):
    page, line = (ROOT / "docs" / "verilog.md").read_text(), bench_line("mnist_3b_8x")
    assert line in (built / "mnist_3b_8x_tb.v").read_text()
    assert f"$ {line}\n{icarus(built, 'mnist_3b_8x').stdout}```" in page
