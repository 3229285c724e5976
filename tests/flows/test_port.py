from types import SimpleNamespace

import pytest
import serial.tools.list_ports

from accelgen.errors import InvalidRequest, ToolError
from accelgen.flows.port import SerialPort, find_port
from accelgen.link import Device
from tests.pty_board import Board, plugged_in
from tests.tiny_networks import mnist_network


def connected(monkeypatch, *ports):
    found = [SimpleNamespace(device=name, vid=vendor) for name, vendor in ports]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: found)


def test_the_second_channel_of_a_board_is_its_uart(monkeypatch):
    connected(monkeypatch, ("/dev/ttyUSB1", 0x0403), ("/dev/ttyUSB0", 0x0403), ("/dev/ttyS9", None))
    assert find_port() == "/dev/ttyUSB1"


def test_without_a_board_a_port_must_be_named(monkeypatch):
    connected(monkeypatch, ("/dev/ttyS0", None))
    with pytest.raises(InvalidRequest, match=r"^no board is connected: plug one in"):
        find_port()


def test_a_device_answers_through_a_port():
    with plugged_in(Board(mnist_network())) as name:
        port = SerialPort(name, 1_000_000)
        assert Device(port).version().beats == 49
        assert port.read(10) == b""
        port.close()


def test_a_port_that_is_not_there_is_named():
    with pytest.raises(InvalidRequest, match=r"^port /dev/nothing cannot be opened: "):
        SerialPort("/dev/nothing", 1_000_000)


def test_a_port_that_is_pulled_out_is_named():
    with plugged_in(Board(mnist_network())) as name:
        port = SerialPort(name, 1_000_000)
    with pytest.raises(ToolError, match=f"^port {name} has failed: "):
        port.write(b"x")
        port.read(1)
