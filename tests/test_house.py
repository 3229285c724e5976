"""The house rules, checked by a machine: who imports whom, which test belongs to which source."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for path in (ROOT / "accelgen").rglob("*.py") if path.name != "__init__.py")
#: Everything in Python that is ours; `find` would also see environments and what has been generated.
PARTS = ("accelgen", "bench", "docs", "models", "sim", "tests")
PYTHON = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))
PACKAGES = sorted((ROOT / "accelgen").rglob("__init__.py"))
LONGEST = 400

#: Sources whose test has another name, and why.
TESTED_ELSEWHERE = {
    "__main__.py": "cli/test_commands.py",  # one line: what it starts is the command line
    "cli/options.py": "cli/test_commands.py",  # declarations: the commands that use them are tested
    "interop/layers.py": "interop/test_convert.py",  # records without behaviour: who makes them is tested
    "rtl/text/modules.py": "rtl/text/test_lower.py",  # records without behaviour: who makes them is tested
    "rtl/table.py": "rtl/test_tables.py",  # a record without behaviour: what makes it is tested
    "rtl/payloads.py": "rtl/common/test_nonzero_scanner.py",  # layouts without behaviour: their users' tests
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def public(path: Path):
    """Yield public functions and classes of a module, and public methods of the classes."""
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if "overload" in [getattr(decorator, "id", "") for decorator in node.decorator_list]:
            continue  # a signature of the function that follows
        yield node.name, node
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    yield f"{node.name}.{part.name}", part


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_every_source_has_its_test(source):
    inner = source.relative_to(ROOT / "accelgen")
    twin = TESTED_ELSEWHERE.get(inner.as_posix(), inner.with_name(f"test_{inner.name}"))
    assert (ROOT / "tests" / twin).is_file(), f"tests/{twin} is missing"


@pytest.mark.parametrize("source", [*SOURCES, *PACKAGES], ids=name_of)
def test_every_module_says_what_it_is_for(source):
    assert ast.get_docstring(ast.parse(source.read_text()))


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_everything_public_has_a_docstring(source):
    overrides = {"elaborate", "forward", "encode"}  # say no more than the method they override
    silent = [
        name
        for name, node in public(source)
        if not ast.get_docstring(node) and name.rpartition(".")[2] not in overrides
    ]
    assert not silent


@pytest.mark.parametrize("source", PYTHON, ids=name_of)
def test_no_file_holds_a_second_idea(source):
    assert len(source.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("source", [*SOURCES, *PACKAGES], ids=name_of)
def test_public_names_are_sorted_and_exist(source):
    names = [
        ast.literal_eval(node.value)
        for node in ast.parse(source.read_text()).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    for listed in names:
        # By name, in one case or in either, or constants before classes before functions.
        kinds = sorted(listed, key=lambda name: (not name.isupper(), name[0].islower(), name))
        assert listed in (kinds, sorted(listed), sorted(listed, key=str.lower))
        module = ".".join(source.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found = importlib.import_module(module)
        assert not [name for name in listed if not hasattr(found, name)]


@pytest.mark.parametrize("module", ["accelgen", "accelgen.cli", "accelgen.steps"])
def test_importing_the_front_doors_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*{{'torch', 'amaranth', 'numpy', 'cocotb'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_rooms_import_in_one_direction():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_no_source_asserts_what_a_user_could_break():
    for source in SOURCES:
        asserts = [
            node.lineno for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Assert)
        ]
        assert not asserts, f"{name_of(source)}: lines {asserts}"
