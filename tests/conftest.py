"""What all tests share: hypothesis prints what to paste to see a failure again; a device is built once."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.tiers import COLLECTED, is_long

settings.register_profile(
    "accelgen", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("accelgen")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark the long tier, before anything is left out."""
    config.stash[COLLECTED] = [item.nodeid for item in items]
    for item in items:
        if is_long(item.nodeid):
            item.add_marker("long")


@pytest.fixture(scope="session", autouse=True)
def programs(tmp_path_factory):
    """Simulators are kept in a folder of the tests, for all of them and for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accelgen.flows.programs.cache_folder", lambda: folder)
        yield folder / "programs"


@pytest.fixture(scope="session")
def digits_device(tmp_path_factory, programs):
    """The program of `mnist_network` behind two wires, tables to be loaded."""
    from accelgen.flows.simulated import build_device
    from accelgen.network.file import digest
    from accelgen.rtl.datapath import Datapath
    from accelgen.rtl.fpga.emit import link_verilog
    from accelgen.rtl.fpga.ports import LinkPlan
    from accelgen.rtl.hardware import hardware_of
    from tests.tiny_networks import mnist_network

    folder, network = tmp_path_factory.mktemp("device"), mnist_network()
    hardware = hardware_of(network, Datapath(weights="ram"))
    link = LinkPlan(hardware, digest(network), clock_hz=4_000_000, baud=1_000_000)
    (folder / "device.v").write_text(link_verilog(link))
    return build_device(folder / "device.v", "device", folder / "verilator")
