import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from accelgen.errors import ToolError
from bench.peers import environment
from bench.peers.environment import PEERS, last_words

DRIVER = """
import json, pathlib, sys, time
import numpy as np
time.sleep(float(np.load(sys.argv[1])["seconds"]))
(pathlib.Path(sys.argv[2]) / "result.json").write_text(json.dumps({"top": "t"}))
"""


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """Return a peer that is there already: this Python, and a driver that only waits."""
    monkeypatch.setattr(environment, "HERE", tmp_path)
    (tmp_path / "da4ml.txt").write_text("pinned==1\n")
    (tmp_path / "da4ml_driver.py").write_text(DRIVER)
    folder = tmp_path / "da4ml"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "bin" / "python").chmod(0o755)
    (folder / "installed.txt").write_text("pinned==1\n")
    return PEERS[0]


def test_the_pinned_version_is_the_one_that_is_named():
    for peer in PEERS:
        assert f"{peer.name}=={peer.version}" in peer.requirements.read_text().splitlines()


def test_a_driver_is_started_and_its_result_read(peer, tmp_path):
    assert peer.generate(tmp_path, {"seconds": np.array(0)}, tmp_path, 60) == {"top": "t"}


def test_a_peer_that_takes_too_long_is_stopped(peer, tmp_path):
    with pytest.raises(ToolError, match="^not done after 1 s$"):
        peer.generate(tmp_path, {"seconds": np.array(60)}, tmp_path, 1)


def test_a_peer_that_cannot_be_installed_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setattr(environment, "HERE", tmp_path)
    (tmp_path / "absent.txt").write_text("no-such-package==1\n")
    with pytest.raises(ToolError, match="No matching distribution found for no-such-package==1"):
        replace(PEERS[0], name="absent").python(tmp_path)


def test_the_last_words_are_the_last_line():
    assert last_words("a\nValueError: b\n\n") == "ValueError: b"
    assert last_words("\n") == "stopped without a word"


def test_two_rows_of_a_peer_install_it_once(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "HERE", tmp_path)
    (tmp_path / "da4ml.txt").write_text("pinned==1\n")
    commands = []

    def started(command, limit):
        commands.append(command[1:3])
        time.sleep(0.1)  # time for the other to come
        (tmp_path / "da4ml").mkdir(exist_ok=True)

    monkeypatch.setattr(environment, "started", started)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(PEERS[0].python, [tmp_path] * 2))
    assert commands == [["-m", "venv"], ["-m", "pip"]]
