import json

import pytest
from click.testing import CliRunner

from accelgen.cli import cli
from accelgen.errors import InvalidRequest
from tests.interop.look_alikes import Builder, ternary


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
