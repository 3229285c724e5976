"""A folder with one small model in it, and a way to call the command line as a shell would."""

from __future__ import annotations

import pytest

from accelgen.cli import main
from accelgen.network import save
from tests.tiny_networks import small_network


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A home with ``models/small``, and nobody's data."""
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    save(small_network(), folder / "network.safetensors")
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    monkeypatch.setenv("ACCELGEN_DATA", str(tmp_path / "nowhere"))
    return tmp_path


@pytest.fixture
def accelgen(models, monkeypatch, capsys):
    """Call ``accelgen`` and return exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["accelgen", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return call
