import numpy as np
import pytest

from accelgen.rtl.common.nonzero_scanner import NonzeroScanner
from accelgen.rtl.payloads import Ends, Entry, Visit, WindowEnds
from tests.component_bench import check, pack

BITS, WIDTH, BLOCKS, WEIGHTS = 3, 6, 12, 200


def nonzero_entries(block):
    """Return the nonzero activations of a block as (position, value), lowest position first."""
    return [(int(position), int(block[position])) for position in np.flatnonzero(block)]


@pytest.mark.parametrize(("stall", "ends_kind"), [(0.0, Ends), (0.5, Ends), (0.3, WindowEnds)])
def test_issues_the_nonzero_activations_of_each_visit_in_order(tmp_path, stall, ends_kind):
    rng = np.random.default_rng(7)
    blocks = rng.integers(0, 1 << BITS, (BLOCKS, WIDTH)) * (rng.random((BLOCKS, WIDTH)) < 0.4)
    blocks[3] = 0
    blocks[4] = 7
    visits, entries = [], []
    for _ in range(60):
        block, base = int(rng.integers(BLOCKS)), int(rng.integers(WEIGHTS - WIDTH))
        ends = {"pass_end": int(rng.random() < 0.3), "row_end": 0, "layer_end": 0}
        found = nonzero_entries(blocks[block])
        blind = ends_kind is WindowEnds and rng.random() < 0.5
        if not found and not ends["pass_end"] and not blind:
            continue  # who has flags does not send such a visit
        visit = {"block": block, "base": base, "occupied": int(bool(found) or blind), "ends": ends}
        visits.append(pack(Visit(BLOCKS, WEIGHTS, ends_kind), visit))
        for number, (position, value) in enumerate(found or [(0, 0)] * ends["pass_end"]):
            last = number == max(len(found), 1) - 1
            entry = {"address": base + position, "value": value, "ends": ends if last else {}}
            entries.append(pack(Entry(WEIGHTS, BITS, ends_kind), entry))
    words = [sum(int(value) << (BITS * n) for n, value in enumerate(block)) for block in blocks]
    check(
        NonzeroScanner(WIDTH, BITS, BLOCKS, WEIGHTS, ends=ends_kind),
        tmp_path,
        send={"visits": visits},
        expect={"entries": entries},
        memories=[{"enable": "enable", "address": "address", "data": "block", "words": words}],
        stall=stall,
        seed=7,
    )


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_driven_by_the_clock_it_issues_everything(tmp_path, stall):
    rng = np.random.default_rng(8)
    blocks = rng.integers(0, 1 << BITS, (BLOCKS, WIDTH)) * (rng.random((BLOCKS, WIDTH)) < 0.4)
    blocks[3] = 0
    visits, entries = [], []
    for _ in range(30):
        block, base = int(rng.integers(BLOCKS)), int(rng.integers(WEIGHTS - WIDTH))
        ends = {"pass_end": int(rng.random() < 0.3), "row_end": 0, "layer_end": 0}
        occupied = int(blocks[block].any())
        visit = {"block": block, "base": base, "occupied": occupied, "ends": ends}
        visits.append(pack(Visit(BLOCKS, WEIGHTS), visit))
        for position in range(4):
            entry = {"address": base + position, "value": int(blocks[block, position])}
            entries.append(pack(Entry(WEIGHTS, BITS), entry | {"ends": ends if position == 3 else {}}))
    words = [sum(int(value) << (BITS * n) for n, value in enumerate(block)) for block in blocks]
    check(
        NonzeroScanner(WIDTH, BITS, BLOCKS, WEIGHTS, skip_zeros=False),
        tmp_path,
        constants={"block_in": 4},  # a layer whose blocks are narrower than the memory's words
        send={"visits": visits},
        expect={"entries": entries},
        memories=[{"enable": "enable", "address": "address", "data": "block", "words": words}],
        stall=stall,
        seed=8,
    )
