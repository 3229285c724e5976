"""How an image enters decides what a file gets right, and qonnx says the same."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accelgen.data import SETS
from bench import prepared
from bench.examples import How
from bench.prepared import ANY, USUAL, WAYS, main, table
from tests.interop.look_alikes import Builder

EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"


def test_ways_change_what_is_right_and_two_executors_agree(tmp_path, monkeypatch, capsys):
    few = SETS["mnist"].load(sample="only")  # which are here without data
    monkeypatch.setitem(SETS, "mnist", replace(SETS["mnist"], read=lambda *where, **how: few))
    monkeypatch.setattr(prepared, "BATCH", len(few) // 2)
    monkeypatch.setattr(prepared, "HOW", {"a": How(data="mnist")})
    net = Builder(1, 28, 28)
    net.add("Flatten")
    net.add("Sub", net.constant(0.5))
    net.bipolar()
    net.dense(10, 784, 1)
    net.save(tmp_path / "a.onnx")
    rows = main([str(tmp_path), "--json"])
    assert json.loads(capsys.readouterr().out) == rows
    assert [row["way"] for row in rows] == [*WAYS, ANY]
    assert all(row["own"] == row["qonnx"] for row in rows)
    by = {row["way"]: row["own"] for row in rows}
    assert by[ANY] >= by[USUAL] == by["x > 127, as 0 or 1"] != by["1 - x / 255"]
    assert f"| {USUAL} | {by[USUAL]:,} | {by[USUAL]:,} |" in table(rows)


def test_what_is_normalised_is_a_real_number():
    x = np.array([[[0, 255]]], np.uint8)
    assert WAYS["2 x / 255 - 1"](x).ravel().tolist() == [-1, 1]
    assert WAYS["1 - x / 255"](x).ravel().tolist() == [1, 0]
    assert WAYS["x / 255, rows as columns"](x).shape == (1, 2, 1)


def test_a_folder_without_digits_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "no file that is known to read digits" in capsys.readouterr().err


def test_no_way_reaches_what_was_published_of_another_checkpoint():
    if not (path := EXAMPLES / "tfc_1w1a.onnx").is_file():
        pytest.skip("the file is not here")
    rows = prepared.measure(path)
    assert max(row["own"] for row in rows) == 9306  # 9,317 were published
    assert all(row["own"] == row["qonnx"] for row in rows)
