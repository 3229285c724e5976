"""Frames gone wrong, each with the error bit that it must raise, for pixel and for event streams."""

from __future__ import annotations

SHORT, LONG, RANGE, LOAD = 1, 2, 4, 8
MARK = 1 << 31
TIMESTEPS = 16


def malformed(case: dict, good: list[int]) -> list[tuple[str, int, list[int]]]:
    """Return what is wrong, the error bit and the beats of frames that must be dropped.

    Parameters
    ----------
    case : dict
        The bench's: ``events`` for an event stream, else the shape of a frame of pixels.
    good : list of int
        Beats of a frame that is right, to be spoilt.
    """
    return _events(case["events"], good) if "events" in case else _pixels(case, good)


def _pixels(case: dict, good: list[int]) -> list[tuple[str, int, list[int]]]:
    cases = [("two frames in one", LONG, [*good, *good])]
    if case["beats"] > 1:
        cases.append(("the last beat is missing", SHORT, good[:-1]))
    if case["used"] < case["width"]:
        cases.append(("a spare bit", RANGE, [good[0] | 1 << (case["width"] - 1), *good[1:]]))
    return cases


def _events(shape: dict, good: list[int]) -> list[tuple[str, int, list[int]]]:
    inputs, block, bits = shape["inputs"], shape["block"], shape["position_bits"]
    blocks = -(-inputs // block)
    many = [0, MARK] * TIMESTEPS
    cases = [
        ("tlast on an event", SHORT, [*good[:-1], 0]),
        ("tlast on an event, and nothing before it", SHORT, [0]),
        ("a 17th timestep", LONG, [*many, MARK]),
        ("events of a 17th timestep", LONG, [*many, 0, 0, MARK]),
        ("far too many timesteps", LONG, [*many, *many, *many]),
        ("a block that is not there", RANGE, [blocks << bits, *good]),
        ("a block that is far away", RANGE, [0, MARK - 1, *good]),
        ("a mark with an address", RANGE, [MARK | 1, *good]),
        ("a last mark with an address", RANGE, [*good[:-1], MARK | 1 << 30]),
    ]
    if block < 1 << bits:
        cases.append(("a position that no block has", RANGE, [MARK, block, *good]))
    if inputs % block:
        beyond = (blocks - 1) << bits | inputs % block
        cases.append(("a position that the last block lacks", RANGE, [*good[:-1], beyond, MARK]))
    return cases


def disordered(words: list[int], rng) -> list[int]:
    """Return the same events in another order within each timestep, each up to three times."""
    shuffled, timestep = [], []
    for word in words:
        if word == MARK:
            rng.shuffle(timestep)
            shuffled += [*timestep, MARK]
            timestep = []
        else:
            timestep += [word] * rng.randint(1, 3)
    return shuffled
