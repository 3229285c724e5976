"""A page on which a digit is drawn, and on which a device says what it is."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.flows.browser import open_page
from accelgen.network import quantise_pixels
from accelgen.page import PageServer
from accelgen.steps.answer import Answer, plain
from accelgen.steps.board.session import Heard, Session, connected
from accelgen.steps.judged import check_classes
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.origin import check_origin, stimuli
from accelgen.steps.testcase import Say

__all__ = ["Drawings", "demo"]

MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True)
class Drawings(Answer):
    """What became of drawings.

    Attributes
    ----------
    name : str
        Of the network.
    port : str
        Where the device was.
    answered : int
        Drawings that the device has classified.
    mismatches : int
        Answers that were not the golden model's.
    """

    name: str
    port: str
    answered: int
    mismatches: int


def demo(
    model: AnyModel,
    *,
    http_port: int = 0,
    browser: bool = True,
    say: Say = lambda line: None,
    **line,
) -> Drawings:
    """Serve the page on 127.0.0.1 until Ctrl-C, or until the process is told to end.

    Parameters
    ----------
    model : str, Path or Model
        What the device must have been built from.
    http_port : int
        Of the page; 0 for any that is free.
    browser : bool
        Open the page in a browser, if there is one with windows.
    say : callable
        Told where the page is.
    line
        Of `connected`: ``port``, ``baud``, ``simulate``, ``board``, ``tables``, ``timesteps``, ``margin``.
    """
    if not 0 <= http_port <= MOST_PORTS:
        raise InvalidOption(f"http_port must be 0 to {MOST_PORTS}, not {http_port}")
    model = model_of(model)
    network, data = model.network, check_origin(model.network, folder=model.place)
    drawing = data.drawing
    if drawing is None:
        raise InvalidRequest(f"the page takes drawings, and {network.name} reads the images of {data.title}")
    check_classes(network, "the page to draw on")
    if stimuli(network):
        say(f"{network.name} does not say what it was trained on: drawings of digits are mere stimuli")
    with connected(model, say=say, **line) as session:
        heard: list[Heard] = []

        def answer(grey: np.ndarray) -> dict:
            pixels = drawing(grey)
            heard.extend(session.ask(pixels[None]))
            return {**plain(heard[-1]), "seen": _seen(session, pixels)}

        with PageServer(_facts(session), answer, http_port) as server:
            say(f"{session.network.name} ({session.hardware}) is at {server.url} - Ctrl-C ends it")
            if browser and not open_page(server.url):
                say("there is no browser to open here: open that address in one")
            with _until_told():
                server.serve_forever()
    wrong = sum(not answer.equal for answer in heard)
    return Drawings(session.network.name, session.port, len(heard), wrong)


@contextmanager
def _until_told() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block, and nothing more: line and device are to be let go properly."""
    main = threading.current_thread() is threading.main_thread()  # no other may set a handler
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if main else None
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        if main:
            signal.signal(signal.SIGTERM, before)


def _facts(session: Session) -> dict:
    """Return what the page says about the device."""
    return {
        "name": session.network.name,
        "hardware": session.hardware,
        "port": session.port,
        "clock_mhz": session.version.clock_hz / 1e6,
        "classes": session.version.classes,
        "pixel_bits": session.network.pixel_input.bits,
        "spiking": session.network.spiking,
        "timesteps": session.timesteps,
        "margin": session.margin,
    }


def _seen(session: Session, pixels: np.ndarray) -> list[int]:
    """Return what of a drawing the device has seen, 0 to 255."""
    bits, coding = session.network.pixel_input.bits, session.network.pixel_input.coding
    pixels = coding.places(pixels) if coding else pixels
    seen = quantise_pixels(pixels[None], bits)[0].astype(int) * 255 // ((1 << bits) - 1)
    return seen.tolist()
