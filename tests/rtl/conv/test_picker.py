import numpy as np
import pytest

from accelgen.rtl.conv.picker import PositionPicker, pick_shape
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Visit, WindowEnds
from accelgen.rtl.plan import Plan
from tests.component_bench import check, pack
from tests.tiny_convolutions import small_conv_network, tall_network


@pytest.mark.parametrize("build", [small_conv_network, tall_network])
@pytest.mark.parametrize(("layer", "stall"), [(0, 0.0), (1, 0.5)])
def test_wanted_positions_are_visited_from_the_left(tmp_path, build, layer, stall):
    plan = Plan(build(), Datapath(lanes=2))
    picker, part, rng = PositionPicker(plan), plan.windows[layer], np.random.default_rng(layer)
    layout = Visit(max(plan.bank_words), plan.weight_words, WindowEnds)
    rows, visits = [], []
    for _ in range(40):
        wanted, seen = (int(n) for n in rng.integers(0, 1 << part.columns, 2))
        word, base = int(rng.integers(0, 40)), int(rng.integers(0, 20))
        ends = dict.fromkeys(("pass_end", "square_end"), 1) if not wanted or rng.random() < 0.5 else {}
        row = {"word": word, "base": base, "wanted": wanted, "seen": seen, "ends": ends}
        rows.append(pack(picker.row, row))
        positions = [n for n in range(part.columns) if wanted >> n & 1] or [None]
        for position in positions:
            offset = position or 0
            visit = {
                "block": word + offset * part.words,
                "base": base + offset * plan.layers[layer].block_in,
                "occupied": position is not None and seen >> position & 1,
                "ends": ends if position == positions[-1] else {},
            }
            visits.append(pack(layout, visit))
    check(
        picker,
        tmp_path,
        constants={"shape": pack(picker.shape.shape(), pick_shape(plan, layer))},
        send={"rows": rows},
        expect={"visits": visits},
        stall=stall,
        seed=layer,
    )
