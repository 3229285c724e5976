"""A row says what became of a file, whatever became of it, and the hardware of it was simulated."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from bench import examples
from bench.examples import HOW, PAGE, How, main, measure, own_right, table
from tests.interop.averaged import averaged, squares
from tests.interop.look_alikes import Builder, bipolar, detector

#: Networks of others, where somebody has put them beside the data; the package does not contain them.
EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a network that is imported, one that is refused, and one that is damaged."""
    bipolar().save(tmp_path / "a.onnx")
    refused = Builder(4)
    refused.add("Sigmoid")
    refused.dense(3, 4)
    refused.save(tmp_path / "b.onnx")
    (tmp_path / "c.nir").write_bytes(b"nothing")
    (tmp_path / "readme.txt").write_text("no network")
    return tmp_path


def test_every_file_has_a_row(folder, monkeypatch, capsys):
    monkeypatch.setattr(examples, "RANDOM", 3)
    home = os.environ.get("ACCELGEN_HOME")
    rows = main([str(folder), "--json"])
    assert json.loads(capsys.readouterr().out) == rows
    assert os.environ.get("ACCELGEN_HOME") == home and not (folder / "models").exists()
    made, refused, damaged = rows
    assert made["layers"] == [24, 16, 14, 4] and made["differences"] == 0 and made["samples"] > 4096
    assert made["nodes"] == {"accepted": 3, "folded": 13, "refused": 0}
    assert made["weights_before"] == 24 * 16 + 16 * 16 + 16 * 4
    assert (made["simulated"], made["mismatches"]) == (3, 0) and made["cycles"] > 10
    assert made["cells"]["LUT4"] > 100 and made["bits"] > made["weights_before"]
    assert refused["nodes"]["refused"] == 1 and refused["refused"].startswith("Sigmoid_0 (Sigmoid)")
    assert "is no NIR file" in damaged["refused"] and damaged["nodes"] == {}
    first, second = table(rows).split("\n\n")
    assert "| a.onnx | 3 accepted, 13 folded | 24-16-14-4 | 2 x shift 0 to 1 bits, proven; scores |" in first
    assert "| b.onnx | 1 accepted, 2 folded, 1 refused | Sigmoid_0" in second
    assert "| c.nir | none read |" in second


def test_hardware_that_differs_is_an_error(folder, monkeypatch):
    from accelgen.errors import ToolError
    from accelgen.steps.simulation import Simulation

    monkeypatch.setattr(examples, "RANDOM", 2)
    monkeypatch.setattr(Simulation, "faulty", property(lambda _: True))
    with pytest.raises(ToolError, match="results differ from the golden model"):
        measure(folder / "a.onnx", How())


def test_what_is_folded_is_read_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "RANDOM", 2)
    row = measure(detector(7).save(tmp_path / "a.onnx"), How(low=-1, input_bits=1))
    assert (
        row["layers"] == [120, 22, 9, 3, 1] and row["weights_before"] == 2 * (120 * 24 + 24 * 16 + 16 * 8) + 8
    )


def test_a_folder_without_networks_is_no_folder_of_examples(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "holds no .onnx and no .nir file" in capsys.readouterr().err


def test_the_table_of_the_page_has_the_columns_of_today():
    page = (examples.ROOT / PAGE.page).read_text()
    assert table([]).strip() == ""
    heading = "| file | nodes | layers | rules | compared | differences | right | in the source |"
    assert heading in page


@pytest.mark.parametrize("name", ["tfc_1w1a", "tfc_2w2a", "tfc_multithreshold"])
def test_a_file_gets_right_what_its_import_gets_right(name):
    if not (path := EXAMPLES / f"{name}.onnx").is_file():
        pytest.skip("the file is not here")
    row = measure(path, HOW[name])
    assert row["right"] == row["source_right"] == own_right(path, HOW[name])
    assert row["right"] == (9660 if name == "tfc_2w2a" else 9296)
    assert row["simulated"] == 10_000 and row["mismatches"] == row["differences"] == 0
    assert np.prod(row["layers"]) > 0


def test_an_average_has_no_weights_before(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "RANDOM", 2)
    row = measure(averaged(squares((2, 2))).save(tmp_path / "a.onnx"), How())
    assert row["weights_before"] == 6 * 2 * 9 * 3 + 4 * 96 * 2 and row["mismatches"] == 0
