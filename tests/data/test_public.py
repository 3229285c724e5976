import gzip
import io
import urllib.request
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import SETS
from accelgen.data.fetch import content_digest, file_md5, file_sha256
from accelgen.data.own import read_own
from accelgen.data.public import PUBLIC, fetch_public, public_set
from accelgen.data.reading import Reading
from accelgen.errors import DataError, InvalidRequest


def served(folder, name, **contents):
    """Return a public set whose files lie in a folder, and have the digests that are wanted of them."""
    folder.mkdir(exist_ok=True)
    entry, files = PUBLIC[name], []
    for remote in entry.files:
        content = contents.get(remote.name.partition(".")[0], b"")
        (folder / remote.name).write_bytes(content)
        url = (folder / remote.name).as_uri()
        files.append(replace(remote, urls=(url,), digest=remote.kind(content)))
    return replace(entry, files=tuple(files))


def wine():
    """Return a table as scikit-learn has it."""
    rng = np.random.default_rng(0)
    rows = [",".join([*map(str, rng.normal(size=13) + n % 3), str(n % 3)]) for n in range(60)]
    return "\n".join(["60,13,class_0,class_1,class_2", *rows]).encode()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_bin", ".bin"), content)
    return file.getvalue()


def test_every_set_says_what_it_is_and_where_it_is_from():
    for name, entry in PUBLIC.items():
        assert entry.name == name and entry.licence and entry.citation and entry.url.startswith("https://")
        assert not entry.named or SETS[entry.named].folder == name
        for remote in entry.files:
            lengths = {file_md5: 32, file_sha256: 64, content_digest: 64}
            assert len(remote.digest) == lengths[remote.kind] and int(remote.digest, 16)
            assert remote.urls and all(url.startswith("http") for url in remote.urls)


def test_a_table_becomes_a_folder_that_a_recipe_names(tmp_path):
    entry = served(tmp_path / "home", "wine", wine_data=wine())
    folder, fetched = fetch_public(entry, tmp_path / "data")
    assert fetched and folder == tmp_path / "data" / "wine"
    assert sorted(path.name for path in folder.iterdir()) == ["data.toml", "train.csv"]
    own = read_own(folder, Reading())
    assert own.every[0].values.columns[:2] == ("alcohol", "malic acid") and len(own.numbers[0]) == 60
    assert own.classes[1] == "second cultivar" and own.about.licence == "CC BY 4.0" and own.title == "Wine"
    (tmp_path / "home" / "wine_data.csv").unlink()
    assert fetch_public(entry, tmp_path / "data") == (folder, False)


def test_digits_are_counts_of_8_x_8(tmp_path):
    table = np.random.default_rng(0).integers(0, 17, (1797, 65))
    table[:, 64] = np.arange(1797) % 10
    lines = "\n".join(",".join(map(str, row)) for row in table.tolist())
    entry = served(tmp_path / "home", "digits", digits=gzip.compress(lines.encode()))
    own = read_own(fetch_public(entry, tmp_path)[0], Reading())
    assert own.shape == (8, 8, 1) and not own.pixels and len(own.classes) == 10


def test_recordings_lie_in_their_folders_and_nothing_else(tmp_path):
    event = bytes([3, 4, 0x80, 0, 9])
    both = {
        name: zipped(
            **{f"{name}__{digit}__0000{n}_bin": event for digit in range(10) for n in range(3)},
            **{f"{name}__..__..__evil_bin": event},
        )
        for name in ("Train", "Test")
    }
    folder, _ = fetch_public(served(tmp_path / "home", "nmnist", **both), tmp_path / "data")
    assert len(list(folder.rglob("*.bin"))) == 60 and not list(tmp_path.rglob("evil*"))
    own = read_own(folder, Reading())
    assert own.events.input.inputs == 34 * 34 * 2 and own.title == "N-MNIST" and len(own.every) == 2


def test_what_has_other_content_is_refused_and_nothing_is_left(tmp_path):
    entry = served(tmp_path / "home", "wine", wine_data=wine())
    (tmp_path / "home" / "wine_data.csv").write_bytes(wine() + b" ")
    with pytest.raises(
        DataError, match="wine_data.csv could not be fetched .*has other content than the publ"
    ):
        fetch_public(entry, tmp_path / "data")
    assert not list((tmp_path / "data").iterdir())


def test_files_that_stay_as_they_are_are_compared_and_not_fetched_again(tmp_path):
    contents = {remote.name.partition(".")[0]: b"x" for remote in PUBLIC["mnist"].files}
    entry = served(tmp_path / "home", "mnist", **contents)
    assert fetch_public(entry, tmp_path) == (tmp_path / "mnist", True)
    assert fetch_public(entry, tmp_path) == (tmp_path / "mnist", False)
    (tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"y")
    with pytest.raises(DataError, match=r"is not the published file \(its digest differs\): remove it"):
        fetch_public(entry, tmp_path)


def test_other_files_are_not_touched(tmp_path):
    (tmp_path / "wine").mkdir()
    (tmp_path / "wine" / "notes.txt").write_text("mine")
    with pytest.raises(InvalidRequest, match="wine: holds other files: name another place with --to$"):
        fetch_public(PUBLIC["wine"], tmp_path)


def test_no_network_is_one_sentence(tmp_path, monkeypatch):
    def unreachable(*_, **__):
        raise OSError("no route to host")

    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    with pytest.raises(DataError, match="^iris.csv could not be fetched .*iris.csv: no route to host.$"):
        fetch_public(PUBLIC["iris"], tmp_path)


def test_a_name_that_is_not_there_is_answered_with_one_that_is_near():
    assert public_set("iris") is PUBLIC["iris"]
    with pytest.raises(InvalidRequest, match="^no data set 'whine' is fetched: did you mean 'wine'[?]$"):
        public_set("whine")
