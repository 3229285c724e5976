import subprocess

import pytest

from accelgen.errors import InvalidRequest
from bench.commit import unpack_commit


@pytest.fixture
def checkout(tmp_path):
    """A checkout with one commit, whose file has changed since."""
    root = tmp_path / "checkout"
    (root / "code").mkdir(parents=True)
    (root / "code" / "a.py").write_text("then")
    (root / "other").write_text("else")
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", "-C", root, *command], check=True, capture_output=True)
    (root / "code" / "a.py").write_text("now")
    return root


def test_files_are_those_of_the_commit_and_only_those_that_are_named(checkout, tmp_path):
    unpack_commit(checkout, "HEAD", ["code"], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["code"]
    assert (tmp_path / "out" / "code" / "a.py").read_text() == "then"


@pytest.mark.parametrize(("commit", "name"), [("no-such-commit", "code"), ("HEAD", "no-such-file")])
def test_what_git_does_not_know_is_one_sentence(checkout, tmp_path, commit, name):
    with pytest.raises(InvalidRequest, match=f"^{commit}: fatal: "):
        unpack_commit(checkout, commit, [name], tmp_path / "out")
    assert not (tmp_path / "out").exists()
