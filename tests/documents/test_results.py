"""The tables of the documents are those of the cards, the builds and the rows, and none is stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from accelgen.boards import BOARDS
from accelgen.cards import stale
from accelgen.cards.boards import BUILDS, PATTERNS, earlier
from accelgen.data.recorded import OWN
from accelgen.explore.results import read_results
from accelgen.explore.tables import markdown, sweep_part
from accelgen.models import NETWORK_FILE
from accelgen.network import load
from accelgen.network.file import digest
from accelgen.report.boards import (
    BOARDS_TABLE,
    PATTERN_COLUMNS,
    PATTERNS_TABLE,
    boards_table,
    read_builds,
)
from accelgen.report.card import read_card, render
from accelgen.report.energy import energy_table, technologies
from accelgen.report.results import ENERGY, NETWORKS, SUMMARY, summary, table
from bench.networks import WORKS
from bench.record import BENCH, RESULTS, read, report
from bench.record import stale as stale_rows
from bench.rows import OURS, jobs
from bench.table import text

ROOT = Path(__file__).parents[2]
SWEEPS = sorted(path.parent for path in (ROOT / "sweeps").glob("*/results.parquet"))
CARDS = sorted((ROOT / "models").glob("*/card.json"))


def test_the_table_of_boards_is_that_of_the_builds_and_says_which_are_of_an_earlier_engine(monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(ROOT))
    builds = read_builds(ROOT / BUILDS)
    assert BOARDS_TABLE.read(ROOT) == boards_table(builds, earlier(builds), BOARDS_TABLE.up)


def test_the_table_of_patterns_is_that_of_the_builds_and_says_which_are_of_an_earlier_engine(monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(ROOT))
    builds = read_builds(ROOT / PATTERNS)
    wanted = boards_table(builds, earlier(builds), PATTERNS_TABLE.up, PATTERN_COLUMNS)
    assert PATTERNS_TABLE.read(ROOT) == wanted


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_card_is_of_the_network_and_the_hardware_of_today(path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(ROOT))
    assert [str(old) for old in stale(path.parent.name)] == []


def test_every_model_has_its_card_and_every_network_its_energy():
    folders = {path.parent for path in (ROOT / "models").glob("*/recipe.toml")}
    assert {path.parent for path in CARDS} == folders
    networks = [path for path in CARDS if path.with_name(NETWORK_FILE).is_file()]
    without = {path.parent.name for path in networks if "nangate45" not in technologies(read_card(path))}
    assert without == set()


def test_every_network_of_data_of_its_own_stands_beside_its_float_twin():
    networks = [path for path in CARDS if path.with_name(NETWORK_FILE).is_file()]
    own = {path for path in networks if OWN in load(path.with_name(NETWORK_FILE)).provenance}
    assert {path.parent.name for path in own} >= {"breast_cancer", "digits", "friedman", "vibration"}
    for path in own:
        name = path.parent.name
        assert f"(float twin: `{name}_fp32`)." in path.with_suffix(".md").read_text()


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_card_for_people_says_what_the_one_for_machines_does(path):
    assert path.with_suffix(".md").read_text() == render(read_card(path))


@pytest.mark.parametrize(("part", "wanted"), [(SUMMARY, summary), (NETWORKS, table), (ENERGY, energy_table)])
def test_the_tables_are_those_of_the_cards(part, wanted):
    assert part.read(ROOT) == wanted([read_card(path) for path in CARDS], part.up)


def test_the_table_of_the_bench_is_that_of_its_rows():
    assert BENCH.read(ROOT) == text(report(read(ROOT / RESULTS)))


@pytest.mark.parametrize("folder", SWEEPS, ids=lambda path: path.name)
def test_the_tables_of_a_sweep_are_those_of_its_results(folder):
    results, part = read_results(folder), sweep_part(folder.name)
    assert part.read(ROOT).endswith(markdown(results))


def test_our_rows_of_the_bench_are_of_the_hardware_of_today(monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(ROOT))
    rows = read(ROOT / RESULTS)
    assert {work.name for work in WORKS[:3]} <= {row["work"] for row in rows if row["tool"] == OURS}
    assert stale_rows(rows, jobs(WORKS, True, ROOT, 1)) == []


def test_every_board_has_a_dense_and_a_spiking_build_of_a_network_of_today_that_meets_its_clock():
    kinds = set()
    for build in read_builds(ROOT / BUILDS):
        network = load(ROOT / "models" / build.model / NETWORK_FILE)
        assert build.digest == digest(network), f"{build.model} has changed: build it again for {build.board}"
        assert (
            build.figures["fmax"].value >= build.figures["clock"].value and build.figures["dsps"].value == 0
        )
        kinds.add((build.board, network.spiking))
    assert kinds == {(board, spiking) for board in BOARDS for spiking in (False, True)}


def test_patterns_are_built_of_every_kind_and_ten_times_as_fast_as_a_link_and_on_each_board_as_one_engine():
    kinds, most = set(), {}
    for build in read_builds(ROOT / PATTERNS):
        network, figures = load(ROOT / "models" / build.model / NETWORK_FILE), build.figures
        images, folded, times = (figures[name].value for name in ("images", "folded", "times"))
        assert build.digest == digest(network), f"{build.model} has changed: build it again for {build.board}"
        assert figures["fmax"].value >= figures["clock"].value and figures["dsps"].value == 0
        assert images == pytest.approx(1e6 * figures["clock"].value / figures["cycles"].value, rel=1e-4)
        assert times == pytest.approx(images / folded, rel=1e-3) and build.how["pattern"]
        assert images >= 10 * figures["over_link"].value
        kinds.add((build.board, network.kind))
        most[build.board] = max(times, most.get(build.board, 0))
    every = ("dense", "convolutional", "spiking")
    assert kinds >= {(board, kind) for board in ("ulx3s_85f", "tang_nano_20k") for kind in every}
    assert min(most.values()) >= 10
