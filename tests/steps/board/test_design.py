import sys

import numpy as np
import pytest

from accelgen.boards import fit
from accelgen.deliver.samples import SAMPLES_FILE, Samples, archive
from accelgen.errors import InvalidOption
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.steps.board.design import design_of
from tests.tiny_networks import random_images, random_spikes

BAUD = 1_000_000


@pytest.fixture
def kept(home):
    """Samples lie beside a dense network and one that takes events."""
    rng = np.random.default_rng(0)
    for name, entering in (
        ("small", random_images(rng, 20, 30)),
        ("events", random_spikes(rng, 5, 3, 2048, 0.02)),
    ):
        samples = archive(Samples(entering, np.zeros(len(entering), np.uint8)))
        (home / "models" / name / SAMPLES_FILE).write_bytes(samples)
    return home


def test_a_link_is_what_is_built_unless_a_pattern_is_asked_for(kept):
    linked = design_of("small", "ulx3s_85f", baud=BAUD)
    played = design_of("small", "ulx3s_85f", baud=None, pattern=True)
    assert isinstance(linked.plan, LinkPlan) and isinstance(played.plan, PatternPlan)
    assert (linked.plan.divisor, played.plan.divisor, played.plan.samples) == (25, 4, 16)
    with pytest.raises(InvalidOption, match="baud must be at least 1, not 0$"):
        design_of("small", "ulx3s_85f", baud=0, pattern=True, force=True)
    assert linked.fingerprint != played.fingerprint and played.datapath.weights == "rom"


def test_events_are_played_though_no_link_carries_them(kept):
    assert design_of("events", "ulx3s_85f", baud=BAUD, pattern=True, pipelined=True).plan.samples == 5
    with pytest.raises(InvalidOption, match=r"^events does not fit ulx3s_85f: the link carries pixels"):
        design_of("events", "ulx3s_85f", baud=BAUD)


def test_fewer_samples_are_played_where_block_ram_is_short(kept, monkeypatch):
    whole = design_of("small", "icebreaker", baud=BAUD, pattern=True)
    beats, bits = len(whole.plan.pattern.frames[0]), whole.plan.input_width + 1
    assert whole.plan.samples == 16

    def blocks(family, depth, width):
        """More than 5 samples do not fit."""
        return 99 if width == bits and depth > 5 * beats else 0

    monkeypatch.setattr(sys.modules[fit.__module__], "blocks", blocks)
    fewer = design_of("small", "icebreaker", baud=BAUD, pattern=True)
    assert fewer.plan.samples == 4 and fewer.fit.fits
    monkeypatch.setattr(sys.modules[fit.__module__], "blocks", lambda family, depth, width: 99)
    with pytest.raises(InvalidOption, match=r"^small does not fit icebreaker: .* bits of block RAM too few"):
        design_of("small", "icebreaker", baud=BAUD, pattern=True)


def test_cycles_choose_the_lanes_of_a_pipeline(kept):
    slow, fast = (
        design_of("small", "ulx3s_85f", baud=BAUD, pattern=True, pipelined=True, cycles=cycles).datapath
        for cycles in (200, 45)
    )
    assert sum(slow.layer_lanes) < sum(fast.layer_lanes)
    with pytest.raises(InvalidOption, match="^cycles of an image choose lanes of pipelined hardware"):
        design_of("small", "ulx3s_85f", baud=BAUD, cycles=200)


def test_a_clock_is_that_of_the_board_or_one_of_its_pll(kept):
    assert design_of("small", "icebreaker", baud=BAUD).plan.clock_hz == 12_000_000
    assert design_of("small", "icebreaker", baud=BAUD, clock=12).plan.clock_hz == 12_000_000
    assert design_of("small", "tang_nano_20k", baud=BAUD, clock=81).plan.clock_hz == 81_000_000
    for clock, rule in ((0, "clock must be above 0"), (24, "clock: no PLL of ice40 is known")):
        with pytest.raises(InvalidOption, match=f"^{rule}"):
            design_of("small", "icebreaker", baud=BAUD, clock=clock)
