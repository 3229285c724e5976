"""The bench of every form passes, and fails of a single bit that differs."""

import re
import subprocess

import numpy as np
import pytest

from accelgen.deliver.bench import bench_line, bench_names, bench_texts
from accelgen.deliver.samples import Samples
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate, write
from tests.deliver.delivered import FORMS, HAS_ICARUS, deliver, icarus, verilated
from tests.tiny_networks import (
    TASKS,
    random_images,
    small_network,
    tasked_network,
)

needs_icarus = pytest.mark.skipif(not HAS_ICARUS, reason="there is no iverilog")


@needs_icarus
@pytest.mark.parametrize("form", FORMS)
def test_every_form_passes_in_icarus(form, tmp_path):
    manifest = deliver(form, tmp_path)
    for mode in ("-g2005", "-g2012"):
        done = icarus(tmp_path, manifest.name, mode)
        assert done.returncode == 0, done.stdout
        words = 10 * (manifest.classes + 1)
        assert re.search(rf"^PASS: 10 images, {words} words, \d+ cycles", done.stdout, re.MULTILINE)


@needs_icarus
@pytest.mark.parametrize("bus", [None, "axi-lite"])
@pytest.mark.parametrize("kind", TASKS)
def test_results_of_every_task_are_played_and_compared(kind, bus, tmp_path):
    network = tasked_network(TASKS[kind])
    generated = write(network, Datapath(lanes=4), tmp_path, bus=bus)
    for name, text in bench_texts(generated.manifest, network).items():
        (tmp_path / name).write_text(text)
    done = icarus(tmp_path, network.name)
    words = 10 * network.results
    assert done.returncode == 0 and f"PASS: 10 images, {words} words" in done.stdout, done.stdout
    flip(tmp_path / "tasked_tb_results.hex", words - 1)
    wrong = "the decision is" if kind == "threshold" else f"score {network.classes - 1} is"
    assert fails(tmp_path, network.name).startswith(f"FAIL: image 9: {wrong}")


@pytest.mark.parametrize("form", ["rom", "pipeline", "conv", "pixels", "axi_lite", "wishbone_events"])
def test_it_passes_in_verilator_without_a_warning(form, tmp_path):
    manifest = deliver(form, tmp_path)
    done = verilated(tmp_path, manifest.name)
    assert done.returncode == 0 and "PASS: 10 images" in done.stdout, done.stdout + done.stderr
    flip(tmp_path / f"{manifest.name}_tb_results.hex", 7)
    program = tmp_path / "obj_dir" / f"V{manifest.name}_tb"
    done = subprocess.run([program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "FAIL: image" in done.stdout and "PASS" not in done.stdout


def flip(path, number):
    """Flip the lowest bit of a word of a file, and return its line as it was."""
    lines = path.read_text().splitlines()
    places = [n for n, line in enumerate(lines) if not line.startswith("//")]
    before = lines[places[number]]
    lines[places[number]] = before[:-1] + f"{int(before[-1], 16) ^ 1:x}"
    path.write_text("\n".join(lines) + "\n")
    return before


def fails(folder, name):
    """Return what a bench says that must fail."""
    done = icarus(folder, name)
    assert done.returncode != 0 and "PASS" not in done.stdout
    (line,) = re.findall("^FAIL: .*$", done.stdout, re.MULTILINE)
    return line


@needs_icarus
@pytest.mark.parametrize("form", ["rom", "events", "axi_lite", "wishbone_events"])
def test_a_bit_of_the_results_that_differs_is_named(form, tmp_path):
    manifest = deliver(form, tmp_path)
    words = manifest.classes + 1
    wrong = int(flip(tmp_path / f"{manifest.name}_tb_results.hex", 3 * words + 2), 16)
    wrong -= wrong >> 31 << 32
    said = fails(tmp_path, manifest.name)
    assert said == f"FAIL: image 3: score 2 is {wrong} and should be {wrong ^ 1}"
    deliver(form, tmp_path)
    flip(tmp_path / f"{manifest.name}_tb_results.hex", 10 * words - 1)
    assert fails(tmp_path, manifest.name).startswith("FAIL: image 9: the class is ")


@needs_icarus
@pytest.mark.parametrize(
    ("form", "file"), [("rom_hex", "engine_bias_memory"), ("ram", "tb_tables"), ("axi_lite", "tb_tables")]
)
def test_a_bit_of_the_tables_that_differs_is_found(form, file, tmp_path):
    manifest = deliver(form, tmp_path)
    flip(tmp_path / f"{manifest.name}_{file}.hex", -1)
    assert fails(tmp_path, manifest.name).startswith("FAIL: image ")


MUTANTS = {
    "a word is lost": (r"(assign m_axis_tdata = )", r"\1 ~", "FAIL: image 0: score 0 is "),
    "an error": (r"error <= \(.*", "error <= 4'b1000;", "error is 1000"),
    "no tlast": (r"\.tlast\(m_axis_tlast\)", ".tlast()", "valid|tlast is z with word 0 of 6"),
    "a word comes twice": (r"\.tready\(m_axis_tready\)", ".tready(1'b0)", "FAIL: image 0: score 1 is "),
    "it does not wait": (r"\.tready\(m_axis_tready\)", ".tready(1'b1)", "m_axis changed before it was taken"),
    "nothing is taken": (r"\.tvalid\(s_axis_tvalid\)", ".tvalid(1'b0)", "FAIL: nothing moves for"),
    "valid is unknown": (r"\.tvalid\(m_axis_tvalid\)", ".tvalid()", "valid or ready is unknown"),
}


@needs_icarus
@pytest.mark.parametrize("mutant", MUTANTS)
def test_hardware_that_breaks_a_rule_is_found(mutant, tmp_path):
    manifest = deliver("rom", tmp_path)
    pattern, instead, said = MUTANTS[mutant]
    path = tmp_path / "small.v"
    text, count = re.subn(pattern, instead, path.read_text())
    assert count
    path.write_text(text.replace("`default_nettype none", ""))
    bench = tmp_path / "small_tb.v"
    bench.write_text(re.sub(r"PATIENCE = \d+", "PATIENCE = 3000", bench.read_text()))
    assert re.search(said, fails(tmp_path, manifest.name))


def test_the_same_hardware_gives_the_same_bytes_and_real_samples_are_played_as_such():
    network = small_network()
    generated = generate(network, Datapath(lanes=4))
    made_up = bench_texts(generated.manifest, network)
    assert made_up == bench_texts(generated.manifest, network)
    assert list(made_up) == list(bench_names(generated.manifest).values())
    images = random_images(np.random.default_rng(1), 12, 30)
    samples = Samples(images, np.arange(12, dtype=np.uint8) % 5)
    real = bench_texts(generated.manifest, network, samples=samples)
    assert real["small_tb_images.hex"] != made_up["small_tb_images.hex"]
    assert (
        "// image 9, of class 4\n" in real["small_tb_results.hex"]
        and "image 10" not in real["small_tb_results.hex"]
    )
    assert "made up" in made_up["small_tb.v"] and "those of samples.npz beside" in real["small_tb.v"]
    assert bench_line("small") in real["small_tb.v"]


@needs_icarus
@pytest.mark.parametrize("form", ["rom", "axi_lite"])
def test_a_bench_that_runs_elsewhere_says_which_file_is_missing(form, tmp_path):
    name = deliver(form, tmp_path).name
    sources = [str(tmp_path / f"{name}{end}") for end in ("_tb.v", ".v")]
    (tmp_path / "elsewhere").mkdir()
    subprocess.run(["iverilog", "-g2005", "-o", "x", *sources], cwd=tmp_path / "elsewhere", check=True)
    done = subprocess.run(
        ["vvp", "x"], cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=False
    )
    said = [line for line in done.stdout.splitlines() if line.startswith(("FAIL", "PASS"))]
    assert done.returncode == 1
    assert said == [f"FAIL: {name}_tb_results.hex is not in the folder in which this runs"]
