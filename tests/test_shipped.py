"""The package as it is installed: a wheel, made of the source distribution, far from any checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from accelgen import shipped
from accelgen.network import save
from tests.tiny_networks import mnist_network

ROOT = Path(__file__).parents[1]
SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def ran(*program: object, **how) -> subprocess.CompletedProcess:
    return subprocess.run([*map(str, program)], capture_output=True, text=True, check=False, **how)


def fine(*program: object, **how) -> str:
    done = ran(*program, **how)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The source distribution of a copy of what git knows here; return the copy, and what was unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    (copy := folder / "copy").mkdir()
    listed = ran("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT)
    names = listed.stdout.split("\0") if listed.returncode == 0 else map(str, _everything())
    for name in filter(None, names):
        if (path := ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(path.read_bytes())
    fine(sys.executable, "-P", "-c", SDIST, folder, cwd=copy)
    (archive,) = folder.glob("*.tar.gz")
    # It was built here, and can be trusted; filters are in Python from 3.11.4 on only.
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as files:
        files.extractall(folder / "unpacked", **safe)
    (found,) = (folder / "unpacked").iterdir()
    return copy, found


def _everything() -> list[Path]:
    """Return what is here, of a distribution that was unpacked, but for what tests and builds leave."""
    left = {"build", "__pycache__", ".venv", ".pytest_cache", ".ruff_cache", ".hypothesis"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path for path in found if not left & set(path.parts) and "accelgen.egg-info" not in path.parts]


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    """Where the wheel is installed: nothing but the package."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["--no-deps", "--no-build-isolation", "--no-index"]
    fine(*PIP, "wheel", *build, "--wheel-dir", folder, ".", cwd=unpacked[1])
    (wheel,) = folder.glob("*.whl")
    target = folder / "site packages"
    fine(*PIP, "install", "--no-deps", "--no-index", "--target", target, wheel)
    return target


@pytest.fixture
def accelgen(installed, programs, tmp_path):
    """Call the installed package from an empty folder; no checkout is on the path of its Python."""
    work = tmp_path / "a folder"
    work.mkdir()
    # -S: what is installed editable is not looked for; the packages it needs are named by their folder.
    needs = Path(np.__file__).parents[1]
    own = {"PYTHONPATH": f"{installed}:{needs}", "PYTHONDONTWRITEBYTECODE": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACCELGEN_")}
    environment = kept | own | {"ACCELGEN_CACHE": str(programs.parent), "ACCELGEN_DATA": str(tmp_path)}

    def call(*arguments, start=("-m", "accelgen"), **changes):
        program = [sys.executable, "-S", "-P", *start, *arguments]
        return ran(*program, cwd=work, env=environment | changes)

    call.work = work
    return call


def test_a_source_distribution_is_complete(unpacked):
    copy, found = unpacked
    there = {str(path.relative_to(found)) for path in found.rglob("*") if path.is_file()}
    wanted = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert {name for name in wanted - there if not name.startswith("accelgen.egg-info/")} == set()


def test_a_wheel_has_models_and_benches_and_nothing_else_of_the_checkout(installed):
    share = installed / "accelgen" / "share"
    for kind in ("models/*/*", "sim/*.py", "sim/*.cpp", "sim/vectors/*/*"):
        wanted = {path.relative_to(ROOT): path.read_bytes() for path in ROOT.glob(kind) if path.is_file()}
        found = {path.relative_to(share): path.read_bytes() for path in share.glob(kind) if path.is_file()}
        assert wanted and found == wanted
    assert {path.name for path in share.iterdir()} == {"models", "sim"}
    assert not (share / "sim" / "formal").exists() and (installed / "accelgen" / "py.typed").is_file()
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"accelgen", "bin"}


def test_commands_work_from_any_folder_and_write_nothing_into_the_package(accelgen, installed):
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    where = accelgen(start=("-c", "import accelgen, sys; print(accelgen.__file__, *sys.path, sep='\\n')"))
    assert where.stdout.startswith(str(installed)) and str(ROOT) not in where.stdout.splitlines()
    listed = json.loads(accelgen("list", "--json").stdout)["models"]
    assert {"mnist_3b_8x", "mnist_fp32"} <= {model["name"] for model in listed}
    calls = [("rtl", "mnist_3b_8x"), ("rtl", "mnist_3b_8x", "--weights", "ram", "--out", "mine")]
    with ThreadPoolExecutor(2) as pool:  # two at once
        made = list(pool.map(lambda call: accelgen(*call), calls))
    assert [done.returncode for done in made] == [0, 0], made
    folders = {path.parent.relative_to(accelgen.work) for path in accelgen.work.rglob("mnist_3b_8x.v")}
    assert folders == {Path("rtl_out/mnist_3b_8x"), Path("mine")}
    written = accelgen("train", "mnist_3b_8x")
    assert written.returncode == 2 and "where nothing is written: copy it to " in written.stderr
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_an_own_network_is_simulated(accelgen, installed, simulator):
    save(mnist_network(), accelgen.work / "digits.safetensors")
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*")}
    done = accelgen(
        "sim", "digits.safetensors", "--simulator", simulator, "--images", "1", "--weights", "ram", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["mismatches"] == 0
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*")} == before


def test_accuracy_is_that_of_a_test_set_or_a_sentence(accelgen, tmp_path):
    done = accelgen("eval", "mnist_3b_8x", "--json")
    assert done.returncode == 2 and f"{tmp_path}/mnist: " in done.stderr and "Traceback" not in done.stderr
    if data := os.environ.get("ACCELGEN_DATA"):
        found = json.loads(accelgen("eval", "mnist_3b_8x", "--json", ACCELGEN_DATA=data).stdout)
        assert found["accuracy"] == pytest.approx(0.98, abs=0.01)


def test_a_checkout_is_one_and_its_folders_are_at_the_top():
    assert shipped.checkout() == shipped.SHIPPED == ROOT
    assert (shipped.MODELS, shipped.SIM) == (ROOT / "models", ROOT / "sim")
