import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from accelgen.cli import cli
from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import save
from tests.interop.look_alikes import Builder, ternary
from tests.tiny_networks import small_network, tiny_spiking_network


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_an_import_shows_nodes_layers_and_the_proof(home):
    path = str(ternary().save(home / "a.onnx"))
    done = CliRunner().invoke(cli, ["import", path, "--as", "other", "--samples", "20"])
    assert done.exit_code == 0, done.output
    assert "folded    thresholds" in done.output and "accepted  layer" in done.output
    assert "values of all layers: EQUAL" in done.output and "wrote" in done.output
    done = CliRunner().invoke(cli, ["import", path, "--as", "third", "--samples", "20", "--json"])
    assert json.loads(done.output)["written"].endswith("third/network.safetensors")


def test_a_refusal_shows_the_table_and_ends_in_a_sentence(home):
    net = Builder(4)
    net.add("Tanh")
    net.dense(3, 4)
    done = CliRunner().invoke(cli, ["import", str(net.save(home / "a.onnx")), "--as", "other"])
    assert "refused" in done.output and isinstance(done.exception, InvalidRequest)
    assert "Tanh" in str(done.exception)


def test_an_export_names_its_file_and_what_was_compared(home):
    save(small_network(), home / "models" / "small" / "network.safetensors")
    done = CliRunner().invoke(cli, ["export", "small", "--format", "qonnx", "--check"])
    assert done.exit_code == 0, done.output
    assert "256 samples (254 random ones and 2 corners), 1,280 scores: EQUAL" in done.output
    assert f"wrote {home / 'rtl_out' / 'small' / 'small_qonnx.onnx'}" in done.output
    done = CliRunner().invoke(
        cli, ["export", "small", "--format", "onnx", "--out", str(home / "a.onnx"), "--json"]
    )
    assert json.loads(done.output)["written"] == str(home / "a.onnx") and "EQUAL" not in done.output


def test_spikes_go_out_and_come_in(home):
    pytest.importorskip("nir")
    save(tiny_spiking_network(), home / "models" / "blink" / "network.safetensors")
    path = str(home / "a.nir")
    done = CliRunner().invoke(cli, ["export", "blink", "--format", "nir", "--check", "--out", path])
    assert done.exit_code == 0 and "spikes and scores: EQUAL" in done.output, done.output
    done = CliRunner().invoke(cli, ["import", path, "--as", "again", "--samples", "9"])
    assert done.exit_code == 0 and "exact" in done.output and "spikes and scores: EQUAL" in done.output
    done = CliRunner().invoke(cli, ["import", path, "--as", "third", "--dt", "0.0003"])
    assert isinstance(done.exception, InvalidRequest) and "is no part of 1" in str(done.exception)


def test_membranes_that_are_read_out_say_how_far_they_are(home):
    nir = pytest.importorskip("nir")
    weights = np.random.default_rng(0).normal(0, 1, (3, 8)).astype(np.float32)
    each = np.ones(3, np.float32)
    nodes = nir.Linear(weights), nir.LI(tau=each * 8e-4, r=each * 8, v_leak=each * 0)
    nir.write(home / "a.nir", nir.NIRGraph.from_list(*nodes, type_check=False))
    how = ["import", str(home / "a.nir"), "--dt", "0.0001", "--samples", "9", "--weight-bits", "8"]
    done = CliRunner().invoke(cli, [*how, "--as", "leaky"])
    assert isinstance(done.exception, InvalidOption) and "--scores last is that after" in str(done.exception)
    done = CliRunner().invoke(cli, [*how, "--as", "leaky", "--scores", "sum"])
    assert done.exit_code == 0 and "scores, leak 3, sum" in done.output
    assert re.search(r"scores +at most [0-2]\.\d+% of the largest from those of NIR", done.output), (
        done.output
    )


@pytest.mark.parametrize(
    ("file", "option", "message"),
    [
        (
            "a.nir",
            ["--range", "0", "1"],
            "range is of files whose networks take pixels, and a.nir takes spikes",
        ),
        ("a.nir", ["--set", "mnist"], "set is of files whose networks take pixels"),
        ("a.onnx", ["--dt", "0.1"], "dt is of files whose networks take spikes, and a.onnx takes pixels"),
        ("a.onnx", ["--weight-bits", "3"], "weight-bits is of files whose networks take spikes"),
    ],
)
def test_options_of_the_other_kind_are_refused(file, option, message):
    done = CliRunner().invoke(cli, ["import", file, "--as", "other", *option])
    assert isinstance(done.exception, InvalidOption) and str(done.exception).startswith(message)
