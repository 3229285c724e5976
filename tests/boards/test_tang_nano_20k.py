from amaranth.hdl import Elaboratable, Module, Signal

from accelgen.boards.tang_nano_20k import TangNano20kPlatform


class Echo(Elaboratable):
    """What comes goes, a cycle later."""

    def elaborate(self, platform):
        m = Module()
        uart, level = platform.request("uart", 0), Signal()
        m.d.sync += level.eq(uart.rx.i)
        m.d.comb += uart.tx.o.eq(level)
        return m


def test_its_pins_are_those_of_the_schematic():
    pins = TangNano20kPlatform().prepare(Echo(), "top").files["top.cst"]
    places = dict(line.split()[1:3] for line in pins.splitlines() if line.startswith("IO_LOC"))
    assert places == {'"uart_0__rx__io"': "70;", '"uart_0__tx__io"': "69;", '"clk27_0__io"': "4;"}
