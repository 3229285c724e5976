from importlib import import_module

import pytest

from accelgen import steps
from accelgen.errors import InvalidRequest
from accelgen.network import save
from tests.steps.answers import power_estimate
from tests.tiny_networks import mnist_network


@pytest.fixture
def asked(home, monkeypatch):
    """What `power` was asked for; fewer lanes cost less here."""
    requests = []

    def power(model, liberty, *, out, **choice):
        requests.append((out.name, choice))
        energy = choice.get("lanes", 100)
        area = {"logic": 1.0, "memory": 2.0}
        return power_estimate(area_um2=area, nj_per_classification=energy, library="L")

    # The package names the step, not the module that it is in.
    monkeypatch.setattr(import_module("accelgen.steps.compare_hardware"), "power", power)
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return requests


def test_every_choice_is_measured_once_and_the_least_energy_comes_first(asked, tmp_path):
    comparison = steps.options("digits", tmp_path / "l", macros=[tmp_path], lanes=[4, 2, 64], out=tmp_path)
    # No block has more than ten outputs, so that 64 lanes would be ten.
    folders = [f"{lanes}_lanes_tables_in_{weights}" for weights in ("ram", "rom") for lanes in (2, 4, 10)]
    assert [name for name, _ in asked] == [*folders, "unrolled"]
    energies = [row.nj_per_classification for row in comparison.rows]
    assert energies == sorted(energies) and comparison.rows[-1].form == "unrolled"
    assert comparison.rows[0].area_um2 == 3.0 and comparison.library == "L"
    first = comparison.to_json()["rows"][0]
    names = ["form", "area_um2", "memory_bits", "clock_mhz", "cycles", "nj_per_classification"]
    assert list(first) == [*names, "dynamic_nj", "leakage_nj"]


def test_what_does_not_exist_is_not_tried(asked, tmp_path):
    steps.options("pixels", tmp_path / "l", lanes=[4], out=tmp_path)
    assert [name for name, _ in asked] == ["4_lanes_tables_in_rom"], "no macros, and a network that spikes"
    with pytest.raises(InvalidRequest, match="^lanes: there must be at least one number$"):
        steps.options("digits", tmp_path / "l", lanes=[], out=tmp_path)
