from accelgen.data import SETS
from accelgen.rtl.datapath import Datapath
from accelgen.steps.model import model_of


def test_a_name_a_path_and_a_model_are_one_thing(home):
    model = model_of("small")
    assert model_of(model) is model and model_of(model.path).name == model.name == "small"
    assert model.folder == home / "rtl_out" / "small" and model.data is None
    assert model_of("events").data is SETS["saccades"] and model_of("pixels").data is SETS["mnist"]


def test_hardware_is_what_its_file_says_unless_a_person_asks_for_another(home):
    (home / "models" / "small" / "hardware.toml").write_text("lanes = 8\n")
    assert model_of("small").datapath() == Datapath(lanes=8)
    assert model_of("small").datapath(lanes=2, weights=None) == Datapath(lanes=2)
