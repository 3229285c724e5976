from pathlib import Path

import pytest

from accelgen import shipped
from accelgen.errors import InvalidRequest
from accelgen.models import (
    folder_to_write,
    home,
    load,
    model_folder,
    model_names,
    network_path,
    own_names,
    places,
)
from accelgen.network import save
from tests.tiny_networks import small_network


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
    assert own_names() == ["narrow", "wide"]


def test_a_name_means_its_network_file(folder):
    assert network_path("wide") == folder / "models" / "wide" / "network.safetensors"


def test_a_path_is_taken_as_it_is(folder):
    assert network_path("some/where.safetensors") == Path("some/where.safetensors")


def test_an_unknown_name_suggests_a_near_one(folder):
    with pytest.raises(InvalidRequest, match="^there is no model 'wyde': did you mean 'wide'\\?$"):
        model_folder("wyde")
    with pytest.raises(InvalidRequest, match="^there is no model 'xyz': there are .*narrow, .*wide$"):
        model_folder("xyz")


def test_a_model_that_is_not_trained_says_so(folder):
    with pytest.raises(InvalidRequest, match="^model 'narrow' has no network.safetensors"):
        network_path("narrow")


SHIPPED = "mnist_3b_8x"


def test_shipped_models_are_found_beside_ones_own(folder):
    assert places() == [folder / "models", shipped.MODELS]
    assert {"narrow", "wide", SHIPPED} <= set(model_names()) and SHIPPED not in own_names()
    assert network_path(SHIPPED) == shipped.MODELS / SHIPPED / "network.safetensors"
    (folder / "models" / SHIPPED).mkdir()
    (folder / "models" / SHIPPED / "recipe.toml").touch()
    assert model_folder(SHIPPED) == folder / "models" / SHIPPED  # ones own comes first


def test_a_folder_of_other_models_is_no_home(tmp_path, monkeypatch):
    monkeypatch.delenv("ACCELGEN_HOME", raising=False)
    (tmp_path / "models" / "resnet").mkdir(parents=True)
    (tmp_path / "models" / "resnet" / "weights.pt").touch()
    monkeypatch.chdir(tmp_path)
    assert home() == shipped.checkout() and SHIPPED in model_names()
    monkeypatch.setattr(shipped, "checkout", lambda: None)  # as an installed package
    assert home() == tmp_path and SHIPPED in model_names() and own_names() == []


def test_a_model_within_an_installed_package_is_not_written_to(folder, monkeypatch):
    assert folder_to_write(SHIPPED) == shipped.MODELS / SHIPPED
    monkeypatch.setattr(shipped, "checkout", lambda: None)
    copy = f"copy it to {folder}/models/{SHIPPED}, which then comes first$"
    with pytest.raises(InvalidRequest, match=f": comes with the package, where nothing is written: {copy}"):
        folder_to_write(SHIPPED)
    assert folder_to_write("wide") == folder / "models" / "wide"


def test_a_home_without_models_says_where_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    with pytest.raises(InvalidRequest, match=f"^there is no model 'x': there are none in {tmp_path}/models$"):
        model_folder("x")


def test_a_home_that_is_named_must_be_there_and_stands_alone(folder, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(folder))
    assert model_names() == ["narrow", "wide"] and places() == [folder / "models"]
    monkeypatch.setenv("ACCELGEN_HOME", str(folder / "nowhere"))
    for asked in (home, model_names, lambda: network_path("wide")):
        with pytest.raises(InvalidRequest, match=f"^ACCELGEN_HOME: there is no folder {folder}/nowhere$"):
            asked()


@pytest.mark.parametrize("name", ["model.onnx", "./model.onnx", "model.pt", "model"])
def test_a_file_of_another_kind_says_what_is_wanted(folder, name):
    Path(name).touch()
    kind = Path(name).suffix or "other"
    with pytest.raises(
        InvalidRequest, match=f": a network is read from a .safetensors .* from no {kind} file$"
    ):
        network_path(name)


def test_a_network_is_loaded_by_name_or_path(folder):
    path = folder / "models" / "wide" / "network.safetensors"
    save(small_network(), path)
    assert load("wide").name == load(path).name == load(str(path)).name == load(path.parent).name == "small"
    with pytest.raises(InvalidRequest, match="^there is no model 'wyde': did you mean 'wide'\\?$"):
        load("wyde")
    with pytest.raises(InvalidRequest, match="^a model is a name or a path, not int$"):
        load(7)
    with pytest.raises(InvalidRequest, match="^nothing.safetensors: there is no such network file$"):
        load("nothing.safetensors")
