"""What people write: recipes, sweeps, and the hardware of a model."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import AccelgenError
from accelgen.explore.points import grid
from accelgen.explore.sweep import load_sweep
from accelgen.steps.hardware_file import chosen
from accelgen.train.recipe import load_recipe
from tests.fuzz.edits import few, odd_toml, value_or_sentence

ROOT = Path(__file__).parents[2]
MODELS = ("mnist_3b_8x", "mnist_snn_ci", "cifar10_50x")
RECIPES = [(ROOT / "models" / name / "recipe.toml").read_text() for name in MODELS]
SWEEPS = [(ROOT / "sweeps" / f"{name}.toml").read_text() for name in ("mnist_grid", "snn_grid")]
SEARCH = """
[search]
trials = 3
objectives = ["validation_accuracy", "stored_bits"]
[limits]
stored_bits = { min = 1, max = 200000 }
"""
HARDWARE = (
    'lanes = 16\nweights = "ram"\nunrolled = false\nskip_zeros = true\nearly_stop = false\nstream = "auto"\n'
)


@few
@given(st.one_of(map(odd_toml, RECIPES)))
def test_any_file_is_a_recipe_or_a_sentence(tmp_path, data):
    path = tmp_path / "recipe.toml"
    path.write_bytes(data)
    value_or_sentence(load_recipe, path)


def read_sweep(path: Path):
    """Read a sweep, and its grid."""
    found = load_sweep(path)
    if found.search is None:
        try:
            return grid(found)
        except AccelgenError as error:  # its caller has no file to name
            raise type(error)(f"{path}: {error}") from error
    return found


@few
@given(st.one_of(map(odd_toml, [*SWEEPS, SWEEPS[0] + SEARCH])))
def test_any_file_is_a_sweep_or_a_sentence(tmp_path, data):
    path = tmp_path / "sweep.toml"
    path.write_bytes(data)
    value_or_sentence(read_sweep, path)


@few
@given(odd_toml(HARDWARE))
def test_any_file_is_hardware_or_a_sentence(tmp_path, data):
    (tmp_path / "hardware.toml").write_bytes(data)
    value_or_sentence(
        lambda path: chosen(path.with_name("network.safetensors"), {}), tmp_path / "hardware.toml"
    )


@pytest.mark.parametrize("value", ["9" * 5000, "0x" + "f" * 5000, "[" * 3000])
@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("recipe.toml", "[train]\nepochs = {}\n", load_recipe),
        ("sweep.toml", "[sweep]\nseeds = {}\n", load_sweep),
        ("hardware.toml", "lanes = {}\n", lambda path: chosen(path.with_name("network.safetensors"), {})),
    ],
)
def test_what_no_machine_can_hold_is_one_sentence(tmp_path, name, text, read, value):
    (tmp_path / name).write_text(text.format(value))
    with pytest.raises(AccelgenError, match=rf"{name}: (is not TOML|has an integer of more than 64 bits)"):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["recipe.toml", "sweep.toml", "hardware.toml"])
def test_a_byte_order_mark_is_named(tmp_path, name):
    read = {
        "recipe.toml": load_recipe,
        "sweep.toml": load_sweep,
        "hardware.toml": lambda path: chosen(path.with_name("network.safetensors"), {}),
    }[name]
    for data, word in ((b"\xef\xbb\xbflanes = 4\n", r"\(EF BB BF\): save it as UTF-8 without one$"),
                       ("lanes = 4\n".encode("utf-16"), "UTF-16: save it as UTF-8$")):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        with pytest.raises(AccelgenError, match=f"{name}: begins with .*{word}"):
            read(tmp_path / name)
