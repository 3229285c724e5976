import re
import shlex

import pytest

from accelgen.cli.commands import rtl
from accelgen.network import save
from accelgen.steps import forms
from accelgen.steps.forms import Candidate, LeftOut
from accelgen.steps.model import model_of
from tests.tiny_networks import mnist_network


def every(model, lanes=(4, 64)):
    one = forms.folded(model, lanes, ["rom"])
    return [*one, *forms.pipelined(model, (), ["rom"], 150.0), *forms.unrolled(model, 10**9)]


def asked(command: str) -> dict:
    """What a command asks for, as click reads it."""
    words = shlex.split(command)
    assert words[:2] == ["accelgen", "rtl"]
    context = rtl.make_context("rtl", words[2:])
    names = ("lanes", "weights", "pipelined", "cycles", "unrolled", "interval", "compact")
    return {"model": context.params["model"]} | {name: context.params[name] for name in names}


def test_the_command_of_a_form_builds_that_very_hardware():
    model = model_of("friedman")
    found = every(model)
    assert [one.kind for one in found].count("pipelined") >= 2
    assert [one.kind for one in found][-2:] == ["unrolled", "unrolled"]
    for one in found:
        options = asked(one.command("friedman"))
        assert options.pop("model") == "friedman"
        built, measured = model.datapath(**options), model.datapath(**one.options)
        assert built == measured, one.form


def test_a_name_with_a_space_can_be_copied():
    one = Candidate("folded", {}, "--lanes 4 --weights rom", "4 lanes")
    assert asked(one.command("a place/network.safetensors"))["model"] == "a place/network.safetensors"


def test_a_model_that_is_unrolled_by_its_file_is_folded_all_the_same(home):
    folder = home / "models" / "digits"
    folder.mkdir()
    save(mnist_network(), folder / "network.safetensors")
    (folder / "hardware.toml").write_text("unrolled = true\n")
    model = model_of("digits")
    one, compact = forms.folded(model, [4], ["rom"])
    assert not one.options["compact"] and compact.options["compact"]
    options = asked(one.command("digits"))
    del options["model"]
    assert model.datapath(**options) == model.datapath(**one.options) and not one.options["unrolled"]


def test_what_the_file_says_is_taken_back_where_it_must_be(home):
    folder = home / "models" / "digits"
    folder.mkdir()
    save(mnist_network(), folder / "network.safetensors")
    (folder / "hardware.toml").write_text("compact = true\n")
    model = model_of("digits")
    for one in every(model):
        options = asked(one.command("digits"))
        del options["model"]
        assert model.datapath(**options) == model.datapath(**one.options)


def test_no_two_forms_are_the_same():
    found = [one.form for one in every(model_of("friedman"), lanes=(4, 4, 64, 128))]
    assert len(found) == len(set(found))


def test_paces_go_from_the_fastest_folded_form_to_the_least():
    model = model_of("friedman")
    least = forms.least_cycles(model, model.datapath(pipelined=True))
    found = forms.pipelined(model, (), ["rom"], 4.0 * least)
    paces = [int(shlex.split(one.said)[2]) for one in found]
    assert paces == sorted(paces, reverse=True) and paces[-1] == least and paces[0] <= 4 * least
    alone = forms.pipelined(model, (), ["rom"], 1.0)
    assert [shlex.split(one.said)[2] for one in alone] == [str(least)]


def test_paces_that_cannot_be_are_named_with_the_least_that_can():
    impossible, possible = forms.pipelined(model_of("friedman"), (2, 200), ["rom"], None)[::-1]
    assert isinstance(possible, Candidate) and isinstance(impossible, LeftOut)
    assert impossible.form == "pipelined, 2 cycles" and "cycles must be at least" in impossible.why


@pytest.mark.parametrize(
    ("name", "form", "why"),
    [
        ("strokes", "unrolled", "unrolled hardware is of dense networks, and .* has convolutions"),
        ("small", "pipelined", "cycles of small are averages over samples, and there are none of it"),
    ],
)
def test_forms_that_a_network_cannot_have_are_named_with_the_reason(home, name, form, why):

    model = model_of(name)
    left = [one for one in every(model) if isinstance(one, LeftOut)]
    assert any(one.form == form and re.search(why, one.why) for one in left), left


def test_spiking_networks_are_unrolled_too(home):
    assert [(one.form, one.said) for one in forms.unrolled(model_of("pixels"), 10**6)] == [
        ("unrolled", "--unrolled"),
        ("unrolled, a timestep each clock, an image in a beat", "--unrolled --interval 1"),
    ]


def test_what_takes_long_to_map_is_left_out_with_what_measures_it(monkeypatch):
    model = model_of("friedman")
    slow, fast = forms.unrolled(model, 100)
    assert slow.form == "unrolled" and fast.form == "unrolled, an image each clock"
    assert "654 weights would be gates, and more than 100" in slow.why and "--most-weights 654" in slow.why
    assert all(isinstance(one, Candidate) for one in forms.unrolled(model, 654))
    monkeypatch.setattr(forms, "MOST_LANES", 2)
    (wide,) = forms.pipelined(model, (60,), ["rom"], None)
    assert "more than 2 take Yosys long to map" in wide.why and "--pipelined --cycles 60" in wide.why
