import gzip
import hashlib

import pytest

from accelgen.data.fetch import accept, content_digest, download, file_md5, file_sha256
from accelgen.errors import DataError, InvalidRequest

CONTENT = b"four hundred images"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_compression_does_not_change_the_digest():
    assert content_digest(gzip.compress(CONTENT)) == content_digest(CONTENT) == SHA256


def test_a_file_comes_whole_and_only_with_the_right_digest(tmp_path):
    target = tmp_path / "deep" / "file"
    assert not accept(b"other", SHA256, target) and not target.exists()
    assert accept(CONTENT, SHA256, target)
    assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_the_first_home_with_the_right_content_wins(tmp_path):
    wrong, right = tmp_path / "wrong", tmp_path / "right"
    wrong.write_bytes(b"other")
    right.write_bytes(gzip.compress(CONTENT))
    download([wrong.as_uri(), right.as_uri()], SHA256, tmp_path / "got")
    assert gzip.decompress((tmp_path / "got").read_bytes()) == CONTENT
    with pytest.raises(
        DataError, match="^none could not be fetched .*has other content than the published file"
    ):
        download([wrong.as_uri(), "https://localhost:1/x"], SHA256, tmp_path / "none")


def test_another_digest_may_be_asked_for(tmp_path):
    home = tmp_path / "home"
    home.write_bytes(CONTENT)
    download([home.as_uri()], "19", tmp_path / "got", digest=lambda data: str(len(data)))
    assert (tmp_path / "got").read_bytes() == CONTENT
    with pytest.raises(DataError, match="has other content"):
        download([home.as_uri()], "20", tmp_path / "none", digest=lambda data: str(len(data)))


def test_what_cannot_be_written_is_said(tmp_path):
    home = tmp_path / "home"
    home.write_bytes(CONTENT)
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidRequest, match="file/got: cannot be written: "):
        download([home.as_uri()], SHA256, tmp_path / "file" / "got")


def test_nothing_is_left_of_what_was_refused(tmp_path):
    home = tmp_path / "home"
    home.write_bytes(b"")
    with pytest.raises(DataError, match="has other content"):
        download([home.as_uri()], SHA256, tmp_path / "deep" / "none")
    assert not list((tmp_path / "deep").iterdir())


def test_digests_of_files_are_those_of_their_bytes():
    assert file_sha256(CONTENT) == SHA256 and file_md5(b"") == "d41d8cd98f00b204e9800998ecf8427e"
