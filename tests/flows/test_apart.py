import sys

import pytest

from accelgen.flows import apart
from accelgen.flows.apart import problem_of

READERS = """
import os, signal
from accelgen.errors import DataError
def reads(path):
    path.read_text()
def refuses(path):
    raise DataError(f"{path}: is none of ours")
def crashes(path):
    os.kill(os.getpid(), signal.SIGSEGV)
def endless(path):
    while True:
        pass
def sleeps(path):
    import time
    time.sleep(100)
def large(path):
    bytearray(1 << 40)
def killed(path):
    os.kill(os.getpid(), signal.SIGKILL)
def fails(path):
    raise ValueError("of a bug")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("reads", ""),
        ("refuses", "{path}: is none of ours"),
        ("crashes", "{path}: the library crashes on it"),
        ("endless", "{path}: the library does not come to an end on it"),
        ("sleeps", "{path}: the library does not come to an end on it"),
        ("large", "{path}: the library takes more memory for it than is allowed"),
        ("killed", "{path}: the library takes more memory for it than is allowed"),
        ("fails", "{path}: the library crashes on it (ValueError: of a bug)"),
    ],
)
def test_what_happens_to_a_reader_is_one_sentence(tmp_path, monkeypatch, function, sentence):
    monkeypatch.setattr(apart, "WORK", 1)
    monkeypatch.setattr(apart, "WAIT", 5)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "readers.py").write_text(READERS)
    path = tmp_path / "a.nir"
    path.write_text("x")
    assert problem_of("readers", function, path, "the library") == sentence.format(path=path)


def test_nothing_is_run_that_the_working_folder_holds(tmp_path, monkeypatch):
    (place := tmp_path / "working").mkdir()
    for name in ("pathlib", "importlib", "resource", "readers"):
        (place / f"{name}.py").write_text("raise RuntimeError('it was run')\n")
    (library := tmp_path / "library").mkdir()
    (library / "readers.py").write_text(READERS)
    (path := place / "a.nir").write_text("x")
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "path", [str(library), *filter(None, sys.path)])
    assert problem_of("readers", "reads", path, "the library") == ""
