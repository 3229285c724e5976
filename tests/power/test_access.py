from dataclasses import replace
from pathlib import Path

import pytest

from accelgen.errors import InvalidRequest
from accelgen.power.access import priced
from accelgen.power.liberty import parse
from accelgen.power.macros import read_macros
from tests.power.drawn import ENABLED, macro

# Beside the checkout, where there is one.
PDK = Path(__file__).parents[3] / "shared" / "pdk" / "ihp-sg13g2"


def prices(text, name="ram"):
    library = parse(text)
    return priced(library.cells[name], library.voltage)


def test_a_read_a_write_and_an_idle_cycle_have_their_own_prices():
    found = prices(ENABLED)
    # The clock pin takes 0.25 pF * 4 V2 = 1 pJ a cycle. MEN rises and falls for 4 pJ, its pin for 2.
    assert found.idle == pytest.approx(1e-12)
    assert found.read == pytest.approx((90 + 1 + 6) * 1e-12)
    # A write without a read at the same time, and WEN rises and falls too.
    assert found.write == pytest.approx((111 + 1 + 6 + 0.6) * 1e-12)


def test_a_cell_that_is_no_memory_has_no_prices():
    cell = replace(parse(ENABLED).cells["ram"], port=None)
    with pytest.raises(InvalidRequest, match="^is no memory: it has no port$"):
        priced(cell, 1.0)


def test_bits_of_a_bus_cost_what_is_said_of_them_and_what_charges_them():
    found = prices(ENABLED)
    assert found.address == pytest.approx((0.2 + 0.5 * 4 / 2) * 1e-12)
    assert found.data == pytest.approx(0.2e-12)


def test_size_leakage_and_times_are_those_of_the_port():
    found = prices(ENABLED)
    assert (found.depth, found.width, found.area) == (16, 8, 100.0)
    assert found.leakage == pytest.approx(50e-9)
    assert found.delay == pytest.approx(4.2e-9) and found.setup == pytest.approx(0.3e-9)


def test_one_price_for_every_state_is_that_of_each_access_and_the_clock_rests():
    found = prices(macro(), "ram16x8")
    # 25 fF and 2 V: 0.1 pJ for the clock pin, beside two edges of 0.5 pJ.
    assert found.read == found.write == pytest.approx(1.1e-12) and found.idle == 0
    assert (found.address, found.data, found.delay, found.setup) == (0, 0, 0, 0)


def test_states_without_a_meaning_make_every_access_the_dearest():
    for unsaid in ('when            : "((WEN | REN)& MEN)"', 'when : "(WEN & MEN)"; '):
        assert unsaid in ENABLED
        found = prices(ENABLED.replace(unsaid, ""))
        assert found.read == found.write == pytest.approx(119e-12) and found.idle == pytest.approx(1e-12)


def test_what_a_library_says_of_the_other_states_counts():
    rest = ENABLED.replace('when : "MEN & !WEN & REN";', "")
    assert prices(rest).read == pytest.approx((90 + 1 + 6) * 1e-12)


def test_what_cannot_be_priced_is_refused():
    for unclocked in (macro().replace("clock : true;", ""), macro().replace("internal_power", "else")):
        with pytest.raises(InvalidRequest, match="^has no clock pin with internal_power$"):
            prices(unclocked, "ram16x8")
    with pytest.raises(InvalidRequest, match="^no state of MEN, WEN, REN is a write$"):
        prices(ENABLED.replace('"(WEN & MEN)"', '"(WEN & !WEN)"'))
    many = " & ".join(f"E{n}" for n in range(11))
    with pytest.raises(InvalidRequest, match="^the price of a cycle depends on 14 pins, more than 10$"):
        prices(ENABLED.replace('when : "MEN & WEN & REN"', f'when : "{many}"'))


@pytest.mark.skipif(not PDK.is_dir(), reason="the IHP libraries are not here")
def test_a_real_macro_is_read():
    found = read_macros([PDK / "RM_IHPSG13_1P_1024x64_c2_bm_bist_typ_1p20V_25C.lib"])
    ram = found["RM_IHPSG13_1P_1024x64_c2_bm_bist"]
    assert ram.read == pytest.approx(91.8e-12, rel=0.01) and ram.write == pytest.approx(110.9e-12, rel=0.01)
    assert ram.idle < 0.01e-12 and ram.delay == pytest.approx(4.33e-9, rel=0.01)
