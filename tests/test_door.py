"""A package imports what is asked of it, and a module does not hide what it holds."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import accelgen
from accelgen import data, explore, steps

ROOT = Path(__file__).parents[1]


DOORS = [accelgen, steps, explore, data, import_module("accelgen.cards")]


@pytest.mark.parametrize("package", DOORS)
def test_every_name_of_a_door_is_there_and_is_no_module(package):
    for name in package.__all__:
        assert not isinstance(getattr(package, name), ModuleType)
        assert name in dir(package)


@pytest.mark.parametrize("package", DOORS)
def test_type_checkers_see_the_names_of_a_door_and_their_homes(package):
    tree = ast.parse(Path(package.__file__).read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    seen = {alias.asname: (node.module, alias.name) for node in block.body for alias in node.names}
    assert seen == {name: (home, name) for name, home in vars(package)["_homes"].items()}
    assert set(seen) == set(package.__all__)


def test_a_module_of_the_same_name_stays_behind_the_door():
    module = import_module("accelgen.steps.power")
    assert isinstance(module, ModuleType)
    assert steps.power is module.power


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'accelgen.steps' has no attribute 'powr'"):
        _ = steps.powr


def test_something_else_may_be_put_in_the_place_of_a_name_and_taken_away_again(monkeypatch):
    step = steps.synth
    with monkeypatch.context() as patch:
        patch.setattr(steps, "synth", print)
        assert steps.synth is print
    assert steps.synth is step


def test_a_step_loads_its_own_room_and_no_other():
    others = [
        "accelgen.boards",
        "accelgen.golden",
        "accelgen.network",
        "accelgen.power",
        "amaranth",
        "numpy",
        "torch",
    ]
    code = (
        f"import sys; from accelgen import steps; steps.list_models; print(*set({others}) & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""
