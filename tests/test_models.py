from pathlib import Path

import pytest

from accelgen.errors import InvalidRequest
from accelgen.models import home, model_folder, model_names, network_path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("wide", "narrow"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "recipe.toml").touch()
    (tmp_path / "models" / "wide" / "network.safetensors").touch()
    monkeypatch.delenv("ACCELGEN_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_home_is_found_from_below(folder, monkeypatch):
    monkeypatch.chdir(folder / "models" / "wide")
    assert home() == folder


def test_a_named_home_comes_first(folder, monkeypatch, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    monkeypatch.setenv("ACCELGEN_HOME", str(other))
    assert home() == other


def test_models_are_listed_in_order(folder):
    assert model_names() == ["narrow", "wide"]


def test_a_name_means_its_network_file(folder):
    assert network_path("wide") == folder / "models" / "wide" / "network.safetensors"


def test_a_path_is_taken_as_it_is(folder):
    assert network_path("some/where.safetensors") == Path("some/where.safetensors")


def test_an_unknown_name_suggests_a_near_one(folder):
    with pytest.raises(InvalidRequest, match="^there is no model 'wyde': did you mean 'wide'\\?$"):
        model_folder("wyde")
    with pytest.raises(InvalidRequest, match="^there is no model 'xyz': there are narrow, wide$"):
        model_folder("xyz")


def test_a_model_that_is_not_trained_says_so(folder):
    with pytest.raises(InvalidRequest, match="^model 'narrow' has no network.safetensors"):
        network_path("narrow")
