import json
import sys

import pytest

from bench import walk as bench_walk
from bench.walk import COMMANDS, main, walk


@pytest.fixture
def arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["pytest"])


def test_a_walk_enters_files_and_reads_the_network_once(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figures = walk(COMMANDS["rtl"])
    assert figures["files entered"] > 20 and figures["moves"] > figures["files entered"]
    assert figures["loads of the network"] == 1
    assert figures["runs of the golden model"] == 1, "its answers are what the delivered bench expects"
    assert (tmp_path / "out" / "mnist_3b_8x.v").is_file()


def test_the_command_says_what_it_walked(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bench_walk, "walk", lambda wanted: {"moves": len(wanted)})
    assert main(["--walk", "info"]) == {"info": {"today": {"moves": len(COMMANDS["info"])}}}
    assert json.loads(capsys.readouterr().out) == {"moves": 2}


def test_both_commits_are_walked(monkeypatch, capsys, tmp_path):
    trees = []
    monkeypatch.setattr(bench_walk, "unpack_commit", lambda *arguments: None)
    monkeypatch.setattr(
        bench_walk, "_measured", lambda tree, command: trees.append(tree) or {"moves": len(trees)}
    )
    monkeypatch.setattr(bench_walk, "COMMANDS", {"rtl": []})
    assert main([]) == {"rtl": {"before": {"moves": 1}, "today": {"moves": 2}}}
    assert trees[1] == bench_walk.ROOT != trees[0]
    assert "moves" in capsys.readouterr().out


def test_a_commit_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--against", "no-such-commit"])
    assert "--against: no-such-commit: " in capsys.readouterr().err
