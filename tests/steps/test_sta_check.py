import pytest

from accelgen.flows import sta
from accelgen.power.estimate import Energy
from accelgen.power.netlist import Instance, Netlist
from accelgen.steps.gate_level import Played
from accelgen.steps.mapping import Mapped
from accelgen.steps.sta_check import against_sta

NETLIST = Netlist(
    [Instance("INV", "", {"A": 3, "Y": 4}), Instance("INV", "", {"A": "0", "Y": 3})], [], {}, {}
)


def test_both_get_the_same_activity_and_are_laid_side_by_side(monkeypatch, tmp_path):
    asked = {}

    def power(folder, top, activity):
        asked.update(activity)
        return {"internal": 4e-3, "switching": 1e-3, "leakage": 2e-3}

    monkeypatch.setattr(sta, "power", power)
    monkeypatch.setattr(type(sta.STA), "version", lambda self: "9.9")
    energy = Energy(
        {"mac": 5e-9, "wires": 1e-9}, [], {"logic": 2e-9, "memory": 7e-9}, 1e-6, {}, charging=2e-9
    )
    mapped = Mapped(NETLIST, None, [], [], tmp_path, 500.0, 1.0)
    opinion = against_sta(mapped, "t", Played(energy, {3: 50, 4: 25}, 10, 100, 1))
    assert asked == {"i0/A": (0.5, 0.5), "i0/Y": (0.25, 0.5), "i1/Y": (0.5, 0.5)}
    assert opinion.tool == "OpenSTA 9.9"
    (internal, switching, leakage) = opinion.mw
    assert internal == ("internal", pytest.approx(4.0), 4.0)
    assert switching == ("switching", pytest.approx(2.0), 1.0)
    assert leakage == ("leakage", pytest.approx(2.0), 2.0)
    assert opinion.doubts == ()


@pytest.mark.parametrize(
    ("theirs", "doubts"),
    [
        ((4e-3, 0.0, 2e-3), ["switching is 0 mW, and cannot be"]),
        ((4e-3, float("nan"), 2e-3), ["switching is nan mW, and cannot be"]),
        (
            (0.36e-3, 1e-3, 4.1e-3),
            [
                "internal is 0.36 mW, more than 5 times off ours",
                "leakage is 4.1 mW, more than 2 times off ours",
            ],
        ),
    ],
)
def test_what_cannot_be_is_said(monkeypatch, tmp_path, theirs, doubts):
    watts = dict(zip(("internal", "switching", "leakage"), theirs, strict=True))
    monkeypatch.setattr(sta, "power", lambda *_: watts)
    monkeypatch.setattr(type(sta.STA), "version", lambda self: "3.1.0")
    energy = Energy({"mac": 6e-9}, [], {"logic": 2e-9, "memory": 7e-9}, 1e-6, {}, charging=2e-9)
    mapped = Mapped(NETLIST, None, [], [], tmp_path, 500.0, 1.0)
    assert against_sta(mapped, "t", Played(energy, {3: 50, 4: 25}, 10, 100, 1)).doubts == tuple(doubts)
