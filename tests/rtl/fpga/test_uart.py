import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.fpga.uart import UartReceiver, UartTransmitter
from tests.stream_drivers import simulate
from tests.uart_host import get_byte, put_bits, put_byte

TEXT = [0x00, 0xFF, 0xA5, 0x01, 0x80, 0x55]


def heard(divisor: int, talk) -> list:
    """Return the bytes that a receiver hears, None for a broken one."""
    receiver, found = UartReceiver(divisor), []

    async def speak(ctx):
        ctx.set(receiver.rx, 1)
        await ctx.tick().repeat(3)
        await talk(ctx, receiver.rx)
        await ctx.tick().repeat(3 * divisor)

    async def listen(ctx):
        while True:
            _, _, data, valid, broken = await ctx.tick().sample(
                receiver.data, receiver.valid, receiver.broken
            )
            found.extend([data] * valid + [None] * broken)

    simulate(receiver, speak, processes=[listen])
    return found


@pytest.mark.parametrize("divisor", [4, 5, 12, 27])
def test_bytes_without_pause_are_received(divisor):
    async def talk(ctx, wire):
        for byte in TEXT:
            await put_byte(ctx, wire, byte, divisor)

    assert heard(divisor, talk) == TEXT


@pytest.mark.parametrize("theirs", [24, 26])
def test_a_clock_that_is_four_percent_off_is_understood(theirs):
    async def talk(ctx, wire):
        for byte in TEXT:
            await put_byte(ctx, wire, byte, theirs)

    assert heard(25, talk) == TEXT


def test_a_break_is_one_broken_byte_and_the_next_byte_is_right():
    async def talk(ctx, wire):
        await put_bits(ctx, wire, [0] * 40 + [1], 8)
        await put_byte(ctx, wire, 0x42, 8)

    assert heard(8, talk) == [None, 0x42]


def test_a_spike_is_no_start_bit():
    async def talk(ctx, wire):
        await put_bits(ctx, wire, [0, 0, 1, 1, 1, 1, 1, 1], 1)
        await put_byte(ctx, wire, 0x42, 8)

    assert heard(8, talk) == [0x42]


@pytest.mark.parametrize("divisor", [4, 25])
def test_what_is_sent_is_on_the_wire(divisor):
    transmitter, found = UartTransmitter(divisor), []

    async def listen(ctx):
        while len(found) < len(TEXT):
            found.append(await get_byte(ctx, transmitter.tx, divisor))

    async def send(ctx):
        for byte in TEXT:
            ctx.set(transmitter.bytes.payload, byte)
            ctx.set(transmitter.bytes.valid, 1)
            await ctx.tick().until(transmitter.bytes.ready)
        ctx.set(transmitter.bytes.valid, 0)

    simulate(transmitter, send, listen)
    assert found == TEXT


@pytest.mark.parametrize("kind", [UartReceiver, UartTransmitter])
def test_a_bit_takes_cycles(kind):
    with pytest.raises(InvalidOption, match=r"^a bit of the UART must take at least 4 cycles, not 3$"):
        kind(3)
