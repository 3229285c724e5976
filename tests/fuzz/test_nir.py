"""Files of NIR."""

import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import AccelgenError
from accelgen.network import load

pytest.importorskip("nir")
nir_files = pytest.importorskip("tests.fuzz.nir_files")

#: Files, and seconds of work that one may take.
COUNT, BYTES, SECONDS = 300, 200, 10


def test_any_file_is_a_model_or_a_sentence_and_leaves_nothing_behind(tmp_path, monkeypatch):
    """Of files that HDF5 can read; a process of its own has nothing to add to them."""
    monkeypatch.setattr("accelgen.steps.importing_spikes.problem_of", lambda *_: "")
    sources = nir_files.whole_files(tmp_path)
    rng = np.random.default_rng(1)
    written = sentences = refused = 0
    for number in range(COUNT):
        path = tmp_path / "x.nir"
        source = sources[rng.integers(len(sources))]
        done = nir_files.with_parts_damaged(source, path, rng)
        home = tmp_path / str(number)
        home.mkdir()
        monkeypatch.setenv("ACCELGEN_HOME", str(home))
        how = {
            "dt": float(rng.choice([1e-4] * 8 + [1.0, 1e30, 1e-30, 5e-5])),
            "reset": [None, None, None, "zero", "subtract", "subtract-delayed"][rng.integers(6)],
            "scores": ["last", "sum", "max"][rng.integers(3)] if source.stem == "li" else None,
        }
        begun = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = steps.import_spikes(path, "m", samples=4, timesteps=2, **how)
            except AccelgenError as error:
                sentences += 1
                assert 10 < len(str(error)) < 500 and "\n" not in str(error), (done, how, str(error))
                assert not any(home.iterdir()), (done, how)
                continue
        assert time.process_time() - begun < SECONDS, (done, how)
        refused += bool(found.refused)
        if not found.refused:
            written += 1
            load(found.written)
        assert [one.name for one in home.rglob("*.*")] == ["network.safetensors"] * (not found.refused)
    assert written > 12 and sentences > 100 and refused > 15


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of Unix")
def test_a_file_with_other_bytes_is_a_graph_or_a_sentence(tmp_path):
    """Or its damage ends the process that reads it: that is a fault of HDF5, which `problem_of` answers."""
    sources = nir_files.whole_files(tmp_path)
    rng = np.random.default_rng(6)
    (tmp_path / "damaged").mkdir()
    for number in range(BYTES):
        path = tmp_path / "damaged" / f"{number:04}.nir"
        nir_files.with_bytes_damaged(sources[rng.integers(len(sources))], path, rng)
    begin = crashes = 0
    while begin < BYTES:
        command = [sys.executable, "-m", "tests.fuzz.read_many", str(tmp_path / "damaged"), str(begin)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode <= 0, done.stderr
        begin, crashes = int(done.stdout.split()[-1]) + 1, crashes + (done.returncode < 0)
    assert crashes <= BYTES // 20
