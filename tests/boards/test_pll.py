import pytest
from amaranth.hdl import Signal

from accelgen.boards.pll import pll_for
from accelgen.errors import InvalidOption
from accelgen.families import FAMILIES


@pytest.mark.parametrize(
    ("family", "entering", "wanted"),
    [
        ("ecp5", 25_000_000, 50_000_000),
        ("ecp5", 25_000_000, 62_500_000),
        ("ecp5", 48_000_000, 72_000_000),
        ("gowin", 27_000_000, 54_000_000),
        ("gowin", 27_000_000, 81_000_000),
        ("gowin", 27_000_000, 67_500_000),
    ],
)
def test_a_setting_makes_the_clock_exactly_within_what_the_data_sheet_allows(family, entering, wanted):
    pll = pll_for(FAMILIES[family], entering, wanted)
    assert entering * pll.multiply == wanted * pll.divide and pll.hz == wanted
    least, most = {"ecp5": (400e6, 800e6), "gowin": (500e6, 1200e6)}[family]
    assert least <= wanted * pll.post <= most
    assert entering / pll.divide >= {"ecp5": 10e6, "gowin": 3e6}[family]


def test_a_primitive_has_the_settings_as_the_family_counts_them():
    ecp5, gowin = (
        pll_for(FAMILIES["ecp5"], 25_000_000, 62_500_000),
        pll_for(FAMILIES["gowin"], 27_000_000, 81_000_000, "GW2AR-18C"),
    )
    made = ecp5.between(Signal(), Signal(), Signal())
    assert made.type == "EHXPLLL"
    assert [made.parameters[name] for name in ("CLKI_DIV", "CLKFB_DIV", "CLKOP_DIV")] == [2, 5, 10]
    made = gowin.between(Signal(), Signal(), Signal())
    assert made.parameters["DEVICE"] == "GW2AR-18C"
    assert made.type == "rPLL"
    assert [made.parameters[name] for name in ("IDIV_SEL", "FBDIV_SEL", "ODIV_SEL")] == [0, 2, 8]


def test_what_no_setting_makes_is_refused_with_the_nearest():
    with pytest.raises(InvalidOption, match=r"^clock: the PLL makes no 60 MHz of 25; the nearest is 62\.5$"):
        pll_for(FAMILIES["ecp5"], 25_000_000, 60_000_000)
    with pytest.raises(InvalidOption, match=r"^clock: no PLL of ice40 is known"):
        pll_for(FAMILIES["ice40"], 12_000_000, 24_000_000)
