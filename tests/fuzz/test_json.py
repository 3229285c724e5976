"""What is written as JSON: cards, studies, references, builds, netlists, and reports of tools."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from accelgen.errors import AccelgenError, at
from accelgen.figures import read_study
from accelgen.flows.fpga import Target, read_report
from accelgen.models import read_reference
from accelgen.power.netlist import read_netlist
from accelgen.report.boards import boards_table, read_builds
from accelgen.report.card import read_card, render
from accelgen.report.energy import energy_table
from accelgen.report.results import table
from accelgen.rtl.datapath import Datapath
from accelgen.steps.fpga import _cycles
from tests.fuzz.edits import bent, damaged, few, value_or_sentence

ROOT = Path(__file__).parents[2]
CARD = (ROOT / "models" / "mnist_snn_di_small" / "card.json").read_text()
SMALL = json.loads(CARD)
SMALL["figures"] = [
    one for one in SMALL["figures"] if one["name"] in ("accuracy", "cycles_mean", "stored_bits")
]
SMALL["seeds"] = SMALL["seeds"][:2] or [
    {"mask": "fixed", "seed": 0, "epochs": 3, "validation_accuracy": 0.9, "test_accuracy": 0.9}
]
STUDY = (ROOT / "models" / "events_snn_ci" / "study.json").read_text()
REFERENCE = (ROOT / "models" / "mnist_fp32" / "reference.json").read_text()
BUILDS = (ROOT / "docs" / "boards.json").read_text()
NETLIST = {
    "modules": {
        "top": {
            "ports": {"clk": {"direction": "input", "bits": [2]},
                      "q": {"direction": "output", "bits": [3, "0"]}},
            "cells": {
                "i": {"type": "INV", "attributes": {"block": "mac"}, "connections": {"A": [2], "Y": [3]}},
                "m": {
                    "type": "$mem_v2",
                    "attributes": {},
                    "parameters": {"MEMID": "\\m", "WIDTH": "10", "SIZE": "100", "ABITS": "10",
                                   "RD_PORTS": "1", "WR_PORTS": "0",
                                   "RD_CLK_ENABLE": "1", "WR_CLK_ENABLE": "0"},
                    "connections": {f"{side}_{kind}": [4, 5] for side in ("RD", "WR")
                                    for kind in ("CLK", "EN", "ADDR", "DATA")},
                },
            },
        }
    }
}  # fmt: skip
REPORT = {
    "utilization": {
        "ICESTORM_LC": {"used": 10, "available": 5280},
        "ICESTORM_RAM": {"used": 1, "available": 30},
    },
    "fmax": {"clk": {"achieved": 23.4, "constraint": 12.0}},
}


def written(path: Path, tree: object) -> Path:
    """Write a tree that JSON may not have words for."""
    path.write_bytes(tree if isinstance(tree, bytes) else json.dumps(tree).encode())
    return path


def shown_card(path: Path):
    """Read a card, and show it wherever cards are shown."""
    card = read_card(path)
    render(card), table([card]), energy_table([card]), _cycles(path, Datapath(lanes=16))
    return card


@few
@given(damaged(CARD.encode()) | bent(SMALL))
def test_any_file_is_a_card_or_a_sentence(tmp_path, tree):
    value_or_sentence(shown_card, written(tmp_path / "card.json", tree))


@few
@given(damaged(STUDY.encode()) | bent(json.loads(STUDY)))
def test_any_file_is_a_study_or_a_sentence(tmp_path, tree):
    value_or_sentence(read_study, written(tmp_path / "study.json", tree))


@few
@given(damaged(REFERENCE.encode()) | bent(json.loads(REFERENCE)))
def test_any_file_is_a_reference_or_a_sentence(tmp_path, tree):
    value_or_sentence(
        lambda path: read_reference(path, "test_accuracy", "epochs", "test_data"),
        written(tmp_path / "reference.json", tree),
    )


@few
@given(damaged(BUILDS.encode()) | bent(json.loads(BUILDS)))
def test_any_file_is_a_list_of_builds_or_a_sentence(tmp_path, tree):
    value_or_sentence(lambda path: boards_table(read_builds(path)), written(tmp_path / "boards.json", tree))


@few
@given(damaged(json.dumps(NETLIST).encode()) | bent(NETLIST))
def test_any_file_is_a_netlist_or_a_sentence(tmp_path, tree):
    value_or_sentence(lambda path: read_netlist(path, "top"), written(tmp_path / "netlist.json", tree))


@few
@given(damaged(json.dumps(REPORT).encode()) | bent(REPORT))
def test_any_text_is_a_report_of_nextpnr_or_a_sentence(tmp_path, tree):
    def read(path: Path) -> dict:
        with at(path):
            return read_report(
                path.read_bytes().decode(errors="replace"), Target("ice40", 12_000_000, (), ())
            )

    value_or_sentence(read, written(tmp_path / "report.json", tree))


@pytest.mark.parametrize("text", ["\ufeff{}", "9" * 5000, "[" * 5000, '{"schema": 1e999}', '{"schema": NaN}'])
def test_what_no_reader_can_hold_is_one_sentence(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(
        AccelgenError, match=r"card\.json: (is not JSON|has a number|begins with a byte-order)"
    ):
        read_card(tmp_path / "card.json")
