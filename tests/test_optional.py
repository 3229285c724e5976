import subprocess
import sys
from pathlib import Path

import pytest

from accelgen.errors import ToolError
from accelgen.optional import EXTRAS, needed

ROOT = Path(__file__).parents[1]

#: Starts a command in a Python that lacks some packages.
WITHOUT = """
import sys
sys.modules.update(dict.fromkeys({missing!r}))
sys.argv = ["accelgen", *{arguments!r}]
from accelgen.cli import main
main()
"""


def without(missing, *arguments, home):
    """Return exit code and standard error of a command without the packages ``missing``."""
    program = [sys.executable, "-c", WITHOUT.format(missing=missing, arguments=arguments)]
    environment = {"ACCELGEN_HOME": str(home), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=home, env=environment)
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", EXTRAS)
def test_what_is_missing_is_named_with_its_extra(module, monkeypatch):
    package, extra = EXTRAS[module]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ToolError) as error, needed():
        __import__(module)
    assert str(error.value) == f"{package} is not installed: pip install 'accelgen[{extra}]'"
    declared = (ROOT / "pyproject.toml").read_text().partition(f"\n{extra} = [")[2].partition("\n]")[0]
    assert package in declared or package == "dask"  # which comes with distributed


def test_any_other_module_that_is_missing_is_a_fault():
    with pytest.raises(ModuleNotFoundError), needed():
        import accelgen.nothing  # noqa: F401


def test_training_without_torch_says_what_to_install(tmp_path):
    folder = tmp_path / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text("[[layer]]\noutputs = 10\n")
    code, said = without(["torch"], "train", "mine", home=tmp_path)
    assert (code, said) == (2, "accelgen: torch is not installed: pip install 'accelgen[train]'\n")
    assert [path.name for path in folder.iterdir()] == ["recipe.toml"]


def test_tables_without_matplotlib_say_what_to_install_and_write_nothing(tmp_path):
    model = tmp_path / "models" / "mnist_3b_8x"
    model.mkdir(parents=True)
    shipped = ROOT / "models" / "mnist_3b_8x"
    for name in ("recipe.toml", "card.json"):
        (model / name).write_bytes((shipped / name).read_bytes())
    pages = ["README.md", "docs/networks.md", "docs/energy.md"]
    (tmp_path / "docs").mkdir()
    before = [(ROOT / page).read_text() for page in pages]
    for page, text in zip(pages, before, strict=True):
        (tmp_path / page).write_text(text)
    code, said = without(["matplotlib"], "tables", home=tmp_path)
    assert (code, said) == (2, "accelgen: matplotlib is not installed: pip install 'accelgen[report]'\n")
    assert [(tmp_path / page).read_text() for page in pages] == before
    assert len(list((tmp_path / "docs").iterdir())) == 2


def test_a_package_that_is_imported_anywhere_is_named(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "results.parquet").write_bytes(b"")
    code, said = without(["pyarrow"], "report", str(tmp_path), home=tmp_path)
    assert (code, said) == (2, "accelgen: pyarrow is not installed: pip install 'accelgen[data]'\n")


@pytest.mark.parametrize("use", ["import accelgen.nn", "accelgen.export", "accelgen.quantise"])
def test_layers_and_exports_without_torch_say_what_to_install(use):
    code = f"""
import sys
sys.modules["torch"] = None
import accelgen
try:
    {use}
except accelgen.AccelgenError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == "torch is not installed: pip install 'accelgen[train]'\n", done.stderr
