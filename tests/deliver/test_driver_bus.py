"""The device of a driver drives the simulated hardware: it runs in a thread, each access in the simulator."""

import queue
import threading

import numpy as np
import pytest

from accelgen.golden.spiking import run_spikes, run_spiking
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import dense_vectors
from accelgen.network.file import digest
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.bus_masters import MASTERS
from tests.deliver.delivered import FORMS
from tests.deliver.test_driver import imported
from tests.stream_drivers import simulate
from tests.tiny_networks import random_images, random_spikes

BEHIND = ["axi_lite", "axi_lite_unrolled", "axi_lite_pixels", "wishbone", "wishbone_events"]


class Line:
    """A bus whose accesses are made by another thread."""

    def __init__(self):
        self.asked, self.answered = queue.Queue(), queue.Queue()

    def read(self, address):
        self.asked.put((address, None))
        return self.answered.get(timeout=60)

    def write(self, address, word):
        self.asked.put((address, word))
        self.answered.get(timeout=60)


def drive(form, program, module, network):
    """Run ``program(device)`` in a thread against the simulated hardware of a form."""
    _, options, how = FORMS[form]
    hardware = hardware_of(network, Datapath(**{"lanes": 4} | options))
    top = BusTop(hardware, register_map(hardware, digest(network), how["bus"]))
    master, line, failed = MASTERS[how["bus"]](top), Line(), []

    def run():
        try:
            program(module.Device(line, patience=2000))
        except BaseException as error:
            failed.append(error)
        line.asked.put(None)

    async def serve(ctx):
        thread = threading.Thread(target=run)
        thread.start()
        while (access := line.asked.get(timeout=60)) is not None:
            address, word = access
            if word is None:
                value, refused = await master.read(ctx, address)
            else:
                value, refused = None, await master.write(ctx, address, word)
            assert not refused, f"an access of {address:#x} was refused"
            line.answered.put(value)
        thread.join()

    simulate(top, serve, deadline=400_000)
    if failed:
        raise failed[0]


def samples_for(form, network):
    rng = np.random.default_rng(2)
    if "events" in form:
        return [
            [np.flatnonzero(step).tolist() for step in sample]
            for sample in random_spikes(rng, 3, 3, network.input.inputs)
        ]
    return random_images(rng, 3, network.input.inputs).tolist()


@pytest.mark.parametrize("form", BEHIND)
def test_it_loads_and_classifies_as_the_golden_model(form, tmp_path):
    module, network, generated = imported(tmp_path, form)
    samples = samples_for(form, network)
    expected = answers(network, generated.manifest, samples)

    def program(device):
        device.check()
        if generated.load is not None:
            device.load(module.tables(tmp_path / "weights.bin"))
        if "LAST_TIMESTEP" in module.REGISTERS:
            device.write("LAST_TIMESTEP", 2)
        found = [device.classify(sample) for sample in samples]
        assert found == [module.unpack(words) for words in expected]
        assert device.errors() == [] and device.read("IMAGES") == len(samples)

    drive(form, program, module, network)


def answers(network, manifest, samples):
    """Return the words of the results of the golden model."""
    if not network.spiking:
        return dense_vectors(network, np.array(samples), manifest.input.pixels_per_beat).expected.tolist()
    if manifest.stream == "pixels":
        images = np.array(samples)
        return spiking_vectors(network, run_spiking(network, images, 3), images=images).expected.tolist()
    spikes = np.zeros((len(samples), 3, network.input.inputs), np.uint8)
    for number, sample in enumerate(samples):
        for step, addresses in enumerate(sample):
            spikes[number, step, addresses] = 1
    return spiking_vectors(network, run_spikes(network, spikes)).expected.tolist()


def test_another_device_a_refused_frame_and_silence_are_said(tmp_path):
    module, network, _ = imported(tmp_path, "wishbone")

    def program(device):
        with pytest.raises(module.DeviceError, match="STATUS stays zero$"):
            module.Device(device.bus, patience=2)._wait("STATUS", 2)
        device._put(module.words_of(module.pack([9] * 12))[:-1], "INPUT")
        with pytest.raises(module.DeviceError, match="STATUS stays zero, and there is an error: short"):
            device.receive()
        assert device.errors() == []
        device.reset()
        module.CONSTANTS["DIGEST3"] ^= 1
        with pytest.raises(module.DeviceError, match="another device: DIGEST3 reads"):
            device.check()

    drive("wishbone", program, module, network)
