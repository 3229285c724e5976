"""Run a few networks through the hardware that this process imports; exit code 3 if anything is wrong.

Started by `tests.faults.hunt` with a copy of the sources in front of the path.
"""

from __future__ import annotations

import sys

import numpy as np

from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.dnn.top import ERRORS, Top
from accelgen.rtl.options import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from tests.build import dense_layer, random_images
from tests.drive import classify, frames, whole
from tests.naive import naive_scores

WRONG = 3  # Python itself uses 1 and 2


def networks():
    """Yield networks that between them use every part: several passes, skipped blocks, odd words, ties."""
    rng = np.random.default_rng(3)
    yield Network(
        "deep",
        PixelInput(24, 2),
        (
            dense_layer(rng, "a", 22, 24, Requantise(1, 3), block_out=6, block_in=4, kept=3),
            dense_layer(rng, "b", 12, 22, Requantise(2, 2), block_out=6, block_in=5, kept=3),
            dense_layer(rng, "c", 3, 12, None, bits=2, block_out=3, block_in=4, kept=2),
        ),
    )
    layer = dense_layer(rng, "a", 8, 24, Requantise(6, 1), bits=1, block_out=4, block_in=3, kept=2)
    last = dense_layer(rng, "b", 4, 8, None, block_out=4, block_in=3, kept=1)
    tied = type(last)("b", last.weights, np.full(4, 3, np.int32), None)
    yield Network("tied", PixelInput(24, 1), (layer, tied))


def right(network: Network) -> bool:
    """Return whether scores, classes and errors are what the equations and the protocol say."""
    plan = Plan(network, Datapath(lanes=4))
    rng = np.random.default_rng(1)
    images = random_images(rng, 6, network.input.pixels, density=0.35)
    images[2] = 0
    sent = [whole(frame) for frame in frames(network, plan, images)]
    sent.insert(3, [*sent[0][:-1], (sent[0][-1][0], 0), *sent[1]])  # a long frame, to be dropped
    scores = [naive_scores(network, image) for image in images]
    expected = [[*found, int(np.argmax(found))] for found in scores]
    found, error, _ = classify(Top(plan, tables(plan)), sent, results=6, deadline=6000)
    return found == expected and error == 1 << ERRORS.index("long")


if __name__ == "__main__":
    try:
        sys.exit(0 if all(right(network) for network in networks()) else WRONG)
    except AssertionError as error:  # a hang, say
        print(error)
        sys.exit(WRONG)
