"""What FINN estimates is added up, and stands on the page as its command writes it."""

import importlib.util

import pytest

from bench import finn
from bench.finn import FILES, PAGE, ROOT, estimate, main, summed, table
from tests.bench_peers.test_examples import EXAMPLES

ROWS = [
    {"file": "tfc_2w2a.onnx", "cycles": 64, "LUT": 17759, "BRAM_18K": 57, "DSP": 0},
    {"file": "tfc_multithreshold.onnx", "cycles": 64, "LUT": 9691, "BRAM_18K": 29, "DSP": 0},
]


def test_layers_are_added_up_and_the_slowest_is_the_rate():
    layer = {"LUT": 5650, "BRAM_18K": 22, "DSP": 1, "BRAM_efficiency": 0.5}
    assert summed({"a": 64, "b": 8}, {"a": layer, "b": {**layer, "LUT": 905}}) == {
        "cycles": 64, "LUT": 6555, "BRAM_18K": 44, "DSP": 2,
    }  # fmt: skip


def test_the_page_has_the_table_of_its_command(monkeypatch, tmp_path, capsys):
    assert PAGE.read(ROOT) == table(ROWS).strip()
    for name in FILES:
        (tmp_path / name).touch()
    cycles, found = {"a": 7}, {"a": {"LUT": 1, "BRAM_18K": 2, "DSP": 3}}
    monkeypatch.setattr(finn, "estimate", lambda path: (cycles, found))
    assert [row["file"] for row in main([str(tmp_path)])] == list(FILES)
    assert "| tfc_2w2a.onnx | 7 | 1 | 2 | 3 |" in capsys.readouterr().out


def test_a_folder_without_these_networks_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "holds no tfc_2w2a.onnx and no tfc_multithreshold.onnx" in capsys.readouterr().err


@pytest.mark.skipif(not importlib.util.find_spec("finn"), reason="finn-plus is not installed")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_finn_estimates_what_the_page_says(row):
    if not (path := EXAMPLES / row["file"]).is_file():
        pytest.skip("the file is not here")
    assert {"file": row["file"], **summed(*estimate(path))} == row
