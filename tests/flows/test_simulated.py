import os
import time
from pathlib import Path

import numpy as np
import pytest

from accelgen.errors import ToolError
from accelgen.flows.port import SerialPort
from accelgen.flows.simulated import running_device
from accelgen.link import Device, Packet, Request
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from tests.naive import naive_scores
from tests.stream_drivers import frames
from tests.tiny_networks import mnist_network, random_images

NETWORK = mnist_network()
HARDWARE = hardware_of(NETWORK, Datapath(weights="ram"))
LINK = LinkPlan(HARDWARE, digest(NETWORK), clock_hz=4_000_000, baud=1_000_000)
IMAGES = random_images(np.random.default_rng(1), 3, 784)
FRAMES = frames(NETWORK, HARDWARE.plan, IMAGES)


@pytest.fixture
def program(digits_device):
    return digits_device


@pytest.fixture
def line(program):
    """A host's end of the line to a device that has its tables."""
    with running_device(program, divisor=LINK.divisor, silence=LINK.silence) as name:
        port = SerialPort(name, 1_000_000)
        Device(port, patience=5).load([int(word) for word in load_beats(HARDWARE.tables)])
        yield port
        port.close()


def workers() -> list[Path]:
    """Return the folders in /proc of this process's children that are devices."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
        except OSError:  # it has gone meanwhile
            continue
        if name.startswith("Vtop-") and int(rest.split()[1]) == os.getpid():
            found.append(status.parent)
    return found


def test_a_device_classifies_as_the_golden_model(line):
    device = Device(line, patience=5)
    assert device.version().network == digest(NETWORK)[:24]
    for image, frame in zip(IMAGES, FRAMES, strict=True):
        assert list(device.classify([int(beat) for beat in frame]).scores) == naive_scores(NETWORK, image)
    assert device.resent == 0


def test_a_broken_packet_is_over_after_some_silence(line):
    line.write(Packet(Request.STATUS, 1, b"").encode()[:3])
    status = Device(line, patience=0.5).status()
    assert status.given_up + status.crc_errors >= 1 and status.ready


def test_a_device_with_nothing_to_do_takes_no_time(line):
    Device(line, patience=5).status()
    (worker,) = workers()
    spent = []
    for _ in range(40):  # it may still wait for a silence that ends, on a busy machine for long
        spent.append((worker / "stat").read_text().rpartition(")")[2].split()[11])
        if spent[-3:] == 3 * spent[-1:]:
            return
        time.sleep(0.3)
    raise AssertionError(f"ticks that it took: {spent}")


def test_nothing_is_left_of_a_device(program):
    with running_device(program, divisor=LINK.divisor, silence=LINK.silence):
        assert len(workers()) == 1
    assert workers() == []


def test_a_program_that_stops_by_itself_is_told(tmp_path):
    script = tmp_path / "device"
    script.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    script.chmod(0o755)
    with pytest.raises(
        ToolError, match=r"^the simulated device stopped by itself, with exit code 3 \(broken\)$"
    ):
        with running_device(script, divisor=4, silence=1):
            time.sleep(0.5)


def test_what_is_no_program_is_named(tmp_path):
    with pytest.raises(ToolError, match=f"^{tmp_path / 'missing'} cannot be started: No such file"):
        with running_device(tmp_path / "missing", divisor=4, silence=1):
            raise AssertionError("it runs")
