"""The committed samples are those that the command or training writes; no images travel that may not."""

from zipfile import ZipFile

import pytest

from accelgen.deliver.samples import SAMPLES_FILE, read_samples
from accelgen.models import NETWORK_FILE, home, load, network_names
from accelgen.steps.kept import keep
from accelgen.steps.origin import check_origin
from bench.samples import COUNT, main, samples_of


@pytest.mark.parametrize("name", network_names())
def test_the_committed_samples_are_those_of_the_command(name, tmp_path):
    path, samples = home() / "models" / name / SAMPLES_FILE, samples_of(load(name))
    if samples is None and path.is_file():  # of data that lie beside the model: those that training keeps
        entry = check_origin(load(name), folder=path.parent)
        kept = keep(tmp_path / NETWORK_FILE, entry, None)
        assert kept is not None
        with ZipFile(kept) as new, ZipFile(path) as old:  # releases of Python differ in headers alone
            assert new.namelist() == old.namelist()
            assert all(new.read(name) == old.read(name) for name in old.namelist())
        return
    assert path.is_file() == (samples is not None)
    if samples is not None:
        found = read_samples(path, load(name))
        assert len(found) == COUNT and (found.entering == samples.entering).all()
        assert (found.labels == samples.labels).all()


def test_it_says_what_it_wrote_and_what_it_may_not(tmp_path, monkeypatch, capsys):
    for name in ("mnist_3b_16x", "cifar10_50x"):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        (folder / "network.safetensors").write_bytes(
            (home() / "models" / name / "network.safetensors").read_bytes()
        )
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    main([])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "cifar10_50x: no samples: its images may not travel with it"
    assert lines[1].startswith(f"mnist_3b_16x: {COUNT} samples, ")
    assert not (tmp_path / "models" / "cifar10_50x" / SAMPLES_FILE).exists()
