import numpy as np
import pytest

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.network import load
from accelgen.steps.board.session import connected
from tests.pty_board import Board, plugged_in


def network_of(home, name):
    return load(home / "models" / name / "network.safetensors")


@pytest.mark.parametrize(("model", "timesteps"), [("digits", None), ("pixels", 3)])
def test_answers_are_compared_with_the_golden_model(digits, images, model, timesteps):
    pixels = images().pixels[:2]
    for spoilt in (0, 1):
        with plugged_in(Board(network_of(digits, model), spoilt=spoilt)) as port:
            with connected(model, port=port, timesteps=timesteps) as session:
                found = session.ask(pixels)
        assert [answer.equal for answer in found] == [not spoilt] * 2
        assert {answer.timesteps for answer in found} == {timesteps or 0}


def test_a_margin_needs_a_board_that_can_stop(digits):
    with plugged_in(Board(network_of(digits, "pixels"))) as port:
        with pytest.raises(InvalidOption, match=r"^a margin needs a board that was built with --early-stop"):
            with connected("pixels", port=port, margin=3):
                raise AssertionError("connected")


@pytest.mark.parametrize("margin", [0, 4])
def test_a_board_that_stops_early_must_stop_where_the_golden_model_does(digits, images, margin):
    pixels = images().pixels[:8]
    board = Board(network_of(digits, "pixels"), early_stop=True)
    with plugged_in(board) as port:
        with connected("pixels", port=port, timesteps=4, margin=margin) as session:
            found = session.ask(pixels)
            assert all(answer.equal for answer in found)
            assert (min(answer.timesteps for answer in found) < 4) == bool(margin)
            board.tardy = True
            assert all(answer.equal for answer in session.ask(pixels)) != bool(margin)


def test_beats_of_unrolled_hardware_are_as_wide_as_64_bits(digits):
    network = network_of(digits, "digits")
    with plugged_in(Board(network, beat=64)) as port:
        with connected("digits", port=port) as session:
            assert session.version.beats == 13 and session.ask(np.zeros((1, 784), np.uint8))[0].equal


def test_a_board_with_other_beats_is_refused(digits):
    with plugged_in(Board(network_of(digits, "digits"), beat=20)) as port:
        with connected("digits", port=port) as session:
            with pytest.raises(
                InvalidRequest, match=r"^the board wants 40 beats of 3 bytes, and digits has others$"
            ):
                session.ask(np.zeros((1, 784), np.uint8))
