import json
from shutil import copytree

import pytest

from bench.house import main, measure

A = '''"""A file."""
from package.b import c

def elaborate(platform):
    """Not counted."""
    import os
    # Why.
    if network.spiking and isinstance(layer, Dense | Conv):
        return facts["name"] + facts["name"] + facts["other"]
    def inner():
        import sys
    found = getattr(layer, "bits", None)  # 8
    x: Literal["a"] = 784
'''


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "accelgen"
    (folder / "golden").mkdir(parents=True)
    (folder / "rtl").mkdir()
    (folder / "a.py").write_text(A)
    (folder / "golden" / "run.py").write_text("import accelgen.rtl.top\nisinstance(layer, Conv)\n")
    (folder / "rtl" / "top.py").write_text("def late():\n    from accelgen.golden import run\n")
    return folder


def test_what_stands_in_a_package_is_counted(package):
    figures = measure(package)
    wanted = {
        "files": 3,
        "functions": 3,
        "lines of elaborate, most": 9,
        "imports inside functions": 3,
        "imports inside functions, in steps": 0,
        "isinstance on layers": 2,
        "isinstance on kinds away from home": 1,
        "conditions on .spiking": 1,
        "hasattr and getattr with a name": 1,
        "subscripts with a literal key": 3,
        "different literal keys": 2,
        "assignments to found": 1,
        "comments per 100 lines": round(200 / 17, 1),
        "comments per 100 lines of elaborate": 20.0,
        "modules in circles": 2,
        "data sets known by a number": 1,
    }
    assert {name: figures[name] for name in wanted} == wanted


def test_a_commit_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--against", "no-such-commit"])
    assert "--against: " in capsys.readouterr().err


def test_two_commits_stand_side_by_side(monkeypatch, capsys, package):
    from bench import house

    monkeypatch.setattr(
        house, "unpack_commit", lambda root, commit, names, folder: copytree(package, folder / names[0])
    )
    monkeypatch.setattr(house, "ROOT", package.parent)
    assert main([]) == {"before": measure(package), "today": measure(package)}
    assert f"files {'':35}{3:9}" in capsys.readouterr().out
    assert json.loads(_json(capsys))["before"]["files"] == 3


def _json(capsys):
    main(["--json"])
    return capsys.readouterr().out
