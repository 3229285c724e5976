import itertools

import numpy as np
import pytest

from accelgen.network import Conv
from accelgen.rtl.conv.walker import WindowWalker, jump_of, walk_shape
from accelgen.rtl.conv.window import LOOPS
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from tests.component_bench import check, pack
from tests.naive import edges, pair
from tests.tiny_convolutions import small_conv_network, tall_network


def rows_of(plan, number, flags):
    """Walk a layer as its definition says; leave out window rows of zeros that end nothing."""
    layer, part, shape = plan.network.layers[number], plan.windows[number], plan.layers[number]
    window, columns = part.window, part.columns
    rows, stride, (top, _, left, _), pool = 1, (1, 1), (0, 0, 0, 0), (1, 1)
    if window:
        rows, columns = pair(window.kernel)
        stride, pool, (top, _, left, _) = pair(window.stride), pair(window.pool), edges(window.padding)
    high, wide = (range(window.out_height), range(window.out_width)) if window else ((0,), (0,))
    for y, x, row, pass_ in itertools.product(high, wide, range(shape.rows), range(shape.passes)):
        for v, u, k, j in itertools.product(*map(range, (*pool, shape.kept, rows))):
            ends = {"pass_end": k == shape.kept - 1 and j == rows - 1}
            ends["square_end"] = ends["pass_end"] and (v + 1, u + 1) == pool
            ends["row_end"] = ends["square_end"] and pass_ == shape.passes - 1
            ends["pixel_end"] = ends["row_end"] and row == shape.rows - 1
            ends["layer_end"] = ends["pixel_end"] and y == high[-1] and x == wide[-1]
            block = part.word_of(int(layer.weights.index[row, k]))
            word, seen = block, 1
            if window:
                down = (y * pool[0] + v) * stride[0] + j - top
                across = (x * pool[1] + u) * stride[1] - left
                word += (down * window.width + across) * part.words
                seen = sum(flags.get((down, across + i, block), 0) << i for i in range(columns))
            base = (((row * shape.passes + pass_) * shape.kept + k) * rows + j) * columns * shape.block_in
            if seen or ends["pass_end"] or not plan.skip_zeros:
                wanted = seen if plan.skip_zeros else (1 << columns) - 1
                yield {
                    "word": word % (1 << (max(plan.bank_words) - 1).bit_length()),
                    "base": base,
                    "wanted": wanted,
                    "seen": seen,
                    "ends": {name: int(end) for name, end in ends.items()},
                }


@pytest.mark.parametrize("build", [small_conv_network, tall_network])
@pytest.mark.parametrize(
    ("layer", "stall", "skip_zeros"), [(0, 0.0, True), (1, 0.6, True), (1, 0.0, False), (2, 0.5, True)]
)
def test_names_the_window_rows_of_every_pass(tmp_path, build, layer, stall, skip_zeros):
    plan = Plan(build(), Datapath(lanes=2, skip_zeros=skip_zeros))
    walker, part, rng = WindowWalker(plan), plan.windows[layer], np.random.default_rng(layer)
    flags, words = {}, [0] * plan.windows.flag_rows
    if isinstance(plan.network.layers[layer], Conv):
        window = part.window
        places = itertools.product(range(window.height), range(window.width), range(part.words))
        for y, x, block in places:
            flags[y, x, block] = lit = int(rng.random() < 0.3)
            words[y * part.words + block] |= lit << (x + plan.windows.width - window.width)
    index = [part.word_of(block) for block in plan.network.layers[layer].weights.index.ravel().tolist()]
    check(
        walker,
        tmp_path,
        constants={"shape": pack(walker.shape.shape(), walk_shape(plan, layer))},
        pulses={"start": 1, "restart": 1},
        expect={"rows": [pack(walker.rows.payload.shape(), row) for row in rows_of(plan, layer, flags)]},
        memories=[
            {"enable": "enable", "address": "address", "data": "entry", "words": index},
            {"enable": "look", "address": "row", "data": "lit", "words": words},
        ],
        lookups=[
            {
                "query": "outermost",
                "answer": "jump",
                "words": [pack(walker.jump.shape(), jump_of(plan, layer, n)) for n in range(len(LOOPS) + 1)],
            }
        ],
        stall=stall,
        seed=layer,
    )
