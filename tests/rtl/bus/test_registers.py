import pytest

from accelgen.network.file import digest
from accelgen.rtl.bus.registers import ADDRESS_BITS, register_map, words_of_beat, words_of_tables
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.tiny_networks import small_network, spiking_network

STAMP = "00010203" + "00" * 24 + "fcfdfeff"


def mapped(network, **options):
    hardware = hardware_of(network, Datapath(**options))
    return hardware, register_map(hardware, STAMP, "axi-lite")


FORMS = {
    "rom": (small_network(), {}),
    "ram": (small_network(), {"weights": "ram"}),
    "unrolled": (small_network(), {"unrolled": True}),
    "pixels": (spiking_network(), {"stream": "pixels", "early_stop": True, "weights": "ram"}),
    "events": (spiking_network(), {"stream": "events"}),
}


@pytest.mark.parametrize("form", FORMS)
def test_registers_are_in_order_have_places_of_their_own_and_fields_within(form):
    network, options = FORMS[form]
    _, found = mapped(network, **options)
    offsets = [register.offset for register in found.registers]
    assert offsets == sorted(set(offsets)) and offsets[-1] < 1 << ADDRESS_BITS
    assert all(offset % 4 == 0 for offset in offsets)
    assert len({register.name for register in found.registers}) == len(offsets)
    for register in found.registers:
        assert 0 <= register.reset < 1 << register.width <= 1 << 32 and register.meaning
        bits = [bit for field in register.fields for bit in range(field.low, field.low + field.width)]
        assert bits == sorted(set(bits)) and all(bit < register.width for bit in bits)


def test_what_the_hardware_does_not_have_has_no_register():
    _, rom = mapped(*FORMS["rom"][:1])
    assert "TABLE" not in rom and "MARGIN" not in rom and "LAST_TIMESTEP" not in rom
    _, pixels = mapped(FORMS["pixels"][0], **FORMS["pixels"][1])
    assert "TABLE_LAST" in pixels and "MARGIN" in pixels and pixels["LAST_TIMESTEP"].width == 4
    _, events = mapped(FORMS["events"][0], **FORMS["events"][1])
    assert "LAST_TIMESTEP" not in events
    _, unrolled = mapped(FORMS["unrolled"][0], **FORMS["unrolled"][1])
    _, clocked = mapped(FORMS["events"][0], stream="events", skip_zeros=False)
    assert "SKIPPED" not in unrolled and "SKIPPED" not in clocked and unrolled["FEATURES"].reset == 0
    assert all("SKIPPED" in found for found in (rom, pixels, events))
    assert [found["FEATURES"].reset for found in (rom, pixels, events)] == [0b10000, 0b10111, 0b11001]
    assert [found["INPUT_WORDS"].reset == 0 for found in (rom, pixels, events)] == [False, False, True]


def test_the_digest_lies_in_its_registers_byte_by_byte():
    _, found = mapped(small_network())
    assert found["DIGEST0"].reset == 0x03020100 and found["DIGEST7"].reset == 0xFFFEFDFC
    assert digest(small_network()) != STAMP


def test_words_are_those_of_the_frames():
    hardware, found = mapped(small_network(), weights="ram")
    assert words_of_tables(hardware) == found["TABLE_WORDS"].reset == len(load_beats(hardware.tables))
    assert words_of_beat(hardware) == 1
    wide, found = mapped(small_network(), unrolled=True)
    assert words_of_beat(wide) == -(-wide.input.width // 32)
    assert found["INPUT_WORDS"].reset == wide.input.beats * words_of_beat(wide)
    assert words_of_tables(wide) == 0
