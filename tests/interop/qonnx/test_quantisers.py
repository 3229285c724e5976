import numpy as np
import pytest

from accelgen.errors import DataError
from accelgen.interop.qonnx.quantisers import QUANTISERS, ROUNDING

X = np.array([-9, -2.5, -1.5, -1.4, -0.5, -0.2, 0, 0.5, 0.6, 1.5, 2.5, 2.6, 99], np.float32)
TIES = np.array([-2.5, -1.5, -0.6, -0.5, 0.5, 0.6, 1.5, 2.5, 3.0], np.float32)


def quant(x, scale=1.0, zero=0.0, bits=3.0, **attributes):
    parts = [np.float32(scale), np.float32(zero), np.float32(bits)]
    return QUANTISERS["Quant"]({"signed": 1, "narrow": 0} | attributes, x, *parts)[0]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("ROUND", [-2, -2, -1, 0, 0, 1, 2, 2, 3]),
        ("CEIL", [-2, -1, 0, 0, 1, 1, 2, 3, 3]),
        ("FLOOR", [-3, -2, -1, -1, 0, 0, 1, 2, 3]),
        ("UP", [-3, -2, -1, -1, 1, 1, 2, 3, 3]),
        ("DOWN", [-2, -1, 0, 0, 0, 0, 1, 2, 3]),
        ("HALF_UP", [-3, -2, -1, -1, 1, 1, 2, 3, 3]),
        ("HALF_DOWN", [-2, -1, -1, 0, 0, 1, 1, 2, 3]),
    ],
)
def test_ties_go_where_the_mode_says(mode, expected):
    assert ROUNDING[mode](TIES).tolist() == expected
    assert quant(TIES, bits=4.0, rounding_mode=mode.lower()).tolist() == expected


def test_values_are_clipped_before_they_are_rounded_and_narrow_ranges_are_narrow():
    assert quant(X).min() == -4 and quant(X).max() == 3
    assert quant(X, narrow=1).min() == -3
    assert quant(X, signed=0).min() == 0 and quant(X, signed=0).max() == 7
    assert quant(X, signed=0, narrow=1).max() == 6
    assert quant(X, scale=0.5, zero=1.0, bits=2.0).tolist()[:3] == [-1.5, -1.5, -1.5]


def test_one_signed_bit_is_a_sign_and_zero_is_positive():
    assert quant(X, bits=1.0, scale=0.5).tolist() == np.where(X >= 0, 0.5, -0.5).tolist()
    assert QUANTISERS["BipolarQuant"]({}, X, np.float32(2))[0].tolist() == np.where(X >= 0, 2, -2).tolist()


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"narrow": None}, "must say whether it is narrow"),
        ({"signed": 2}, "must say whether it is signed"),
        ({"rounding_mode": "odd"}, "rounding_mode must be ROUND, CEIL"),
    ],
)
def test_a_quantiser_that_is_not_clear_is_refused(attributes, message):
    with pytest.raises(DataError, match=message):
        quant(X, **attributes)


def test_thresholds_count_along_the_channels_of_the_layout():
    x = np.array(
        [[[0.0, 2.0], [1.0, 5.0]]], np.float32
    )  # three dimensions: channels last, if nothing is said
    rows = np.array([[0.5, 1.0], [2.0, 3.0]], np.float32)
    count = QUANTISERS["MultiThreshold"]
    assert count({"out_scale": 2.0, "out_bias": -1.0}, x, rows)[0].tolist() == [[[-1, 1], [3, 3]]]
    assert count({"data_layout": "NCW"}, x, rows)[0].tolist() == [[[0, 2], [0, 2]]]
    with pytest.raises(DataError, match="2 rows for 3 channels"):
        count({}, np.zeros((1, 3), np.float32), rows)


def test_they_are_those_of_qonnx():
    quantiser = pytest.importorskip("qonnx.custom_op.general.quant")
    rng = np.random.default_rng(0)
    function = getattr(quantiser, "quant", None) or getattr(quantiser, "int_quant", None)
    if function is None:
        function = pytest.importorskip("qonnx.custom_op.general.intquant").int_quant
    x = np.concatenate([rng.normal(0, 3, 500), rng.integers(-20, 20, 200) / 4]).astype(np.float32)
    for mode in ("ROUND", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN"):
        for signed, narrow, bits, scale, zero in (
            (1, 0, 3, 0.5, 0),
            (1, 1, 4, 0.3, 1),
            (0, 0, 2, 0.25, 2),
            (1, 0, 1, -0.5, 0),
            (1, 1, 1, 2.0, 1),
        ):
            parts = [np.float32(value) for value in (scale, zero, bits)]
            theirs = function(x, *parts, signed, narrow, mode)
            assert np.array_equal(theirs, quant(x, *parts, signed=signed, narrow=narrow, rounding_mode=mode))


def trunc(x, *parts, **more):
    return QUANTISERS["Trunc"](more, x, *map(np.float32, parts))[0]


@pytest.mark.parametrize("mode", ["FLOOR", "ROUND", "CEIL", "floor"])
def test_both_versions_of_trunc_are_those_of_qonnx(mode):
    theirs = pytest.importorskip("qonnx.custom_op.general.trunc")
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 3, 300), rng.integers(-200, 200, 300) / 64]).astype(np.float32)
    for scale, zero, wide, bits in ((0.25, 0, 6, 3), (0.3, 0, 8, 4), (0.5, 4, 5, 4)):
        parts = [np.float32(value) for value in (scale, zero, wide, bits)]
        assert np.array_equal(theirs.trunc_v1(x, *parts, mode), trunc(x, *parts, rounding_mode=mode))
    for scale, zero, wider, bits, signed, narrow in (
        (1 / 64, 0, 1 / 16, 4, 0, 0),
        (0.013, 0, 0.052, 4, 1, 1),
        (0.25, 8, 0.5, 5, 1, 0),
    ):
        parts = [np.float32(value) for value in (scale, zero, 8, wider, bits)]
        more = {"signed": signed, "narrow": narrow, "rounding_mode": mode}
        s, z, w, o, b = parts
        wanted = theirs.trunc_v2(x, s, z, w, narrow, signed, o, b, mode)
        assert np.array_equal(wanted, trunc(x, *parts, **more))


def test_a_trunc_of_no_known_version_is_refused():
    with pytest.raises(DataError, match="must say its rounding_mode"):
        trunc(np.ones(3), 1, 0, 4, 2)
    with pytest.raises(DataError, match="5 operands, or 6 from version 2 on, not 4"):
        trunc(np.ones(3), 1, 0, 4, rounding_mode="FLOOR")
    with pytest.raises(DataError, match="Trunc must say whether it is narrow"):
        trunc(np.ones(3), 1, 0, 4, 2, 2, rounding_mode="FLOOR", signed=1)


def test_zero_points_of_onnx_are_added_after_rounding():
    quantise, back = QUANTISERS["QuantizeLinear"], QUANTISERS["DequantizeLinear"]
    x, half, zero = np.float32([[0.25, 0.75, -9, 200]]), np.float32(0.5), np.int8(3)
    codes = quantise({}, x, half, zero)[0]
    assert codes.dtype == np.int8 and codes.tolist() == [[3, 5, -15, 127]]  # 0.5 and 1.5 go to 0 and 2
    assert back({}, codes, half, zero)[0].tolist() == [[0, 1, -9, 62]]
    assert quantise({}, x, half)[0].tolist() == [[0, 2, 0, 255]]
    each = np.float32([1, 2, 4, 8])
    assert back({"axis": 1}, np.int32([[1, 1, 1, 1]]), each)[0].tolist() == [[1, 2, 4, 8]]
    with pytest.raises(DataError, match="QuantizeLinear to int32 is not executed"):
        quantise({}, x, half, np.int32(0))
    with pytest.raises(DataError, match="must have a zero point where it says what it makes"):
        quantise({"output_dtype": 3}, x, half)
    with pytest.raises(DataError, match="scales of blocks"):
        back({"block_size": 2}, codes, np.ones((1, 2), np.float32))
