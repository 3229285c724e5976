import json

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
