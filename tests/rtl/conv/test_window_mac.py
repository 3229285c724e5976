import numpy as np

from accelgen.rtl.conv.window_mac import WindowMacArray
from accelgen.rtl.payloads import Accumulators, Operand, WindowEnds
from tests.component_bench import check, pack

LANES, BITS, WIDTH, BIAS_BITS, WEIGHT_BITS = 3, 3, 12, 8, 3


def passes_of(layers):
    """Yield the start word and the ends of every pass, of layers of so many (pixels, words, square)."""
    first = 0
    for pixels, words, square in layers:
        for pixel in range(pixels):
            for word in range(words):
                for place in range(square):
                    ends = {"pass_end": 1, "square_end": int(place == square - 1)}
                    ends["row_end"] = ends["square_end"]
                    ends["pixel_end"] = int(ends["row_end"] and word == words - 1)
                    ends["layer_end"] = int(ends["pixel_end"] and pixel == pixels - 1)
                    yield first + word, ends
        first += words


def test_start_values_return_with_every_pixel(tmp_path):
    rng = np.random.default_rng(0)
    layers = [(3, 2, 4), (2, 1, 1), (1, 3, 1), (4, 1, 4), (1, 1, 1)]
    count = sum(words for _, words, _ in layers)
    biases = rng.integers(-100, 100, (count, LANES))
    operands, passes = [], []
    for word, ends in passes_of(layers):
        sums, length = biases[word].copy(), int(rng.choice([1, 1, 2, 5]))
        for number in range(length):
            value, patterns = int(rng.integers(0, 1 << BITS)), rng.integers(0, 1 << WEIGHT_BITS, LANES)
            sums += np.where(patterns >= 4, patterns - 8, patterns) * value
            item = {"codes": patterns.tolist(), "value": value, "ends": ends if number == length - 1 else {}}
            operands.append(pack(Operand(LANES, WEIGHT_BITS, BITS, WindowEnds), item))
        layout = Accumulators(LANES, WIDTH, WindowEnds)
        passes.append(pack(layout, {"sums": sums.tolist(), "ends": ends}))
    words = [sum((int(b) & 0xFF) << (BIAS_BITS * n) for n, b in enumerate(bias)) for bias in biases]
    check(
        WindowMacArray(LANES, WEIGHT_BITS, BITS, WIDTH, BIAS_BITS, count),
        tmp_path,
        pulses={"restart": 1},
        send={"operands": operands},
        expect={"passes": passes},
        memories=[{"enable": "enable", "address": "address", "data": "start", "words": words}],
        stall=0.3,
    )
