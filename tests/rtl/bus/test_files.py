import shutil
import subprocess

import pytest

from accelgen.network.file import digest
from accelgen.rtl.bus.files import bus_files, software_of
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import small_network, spiking_network

FORMS = {
    "rom": (small_network(), {}),
    "ram": (small_network(), {"weights": "ram"}),
    "unrolled": (small_network(), {"unrolled": True}),
    "pixels": (spiking_network(), {"stream": "pixels", "early_stop": True}),
    "events": (spiking_network(), {"stream": "events", "weights": "ram"}),
}
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-ffreestanding"]


def software(form):
    network, options = FORMS[form]
    hardware, stamp = hardware_of(network, Datapath(**options)), digest(network)
    return software_of(hardware, register_map(hardware, stamp, "axi-lite"), stamp)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_network_gives_the_same_files(form):
    assert software(form) == software(form)
    assert list(software(form)) == list(bus_files(FORMS[form][0].name).values())
    assert not [name for name, text in software(form).items() if "@" in text]


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
@pytest.mark.parametrize("form", FORMS)
def test_a_compiler_that_is_strict_has_nothing_to_say(form, tmp_path):
    for name, text in software(form).items():
        (tmp_path / name).write_text(text)
    name = FORMS[form][0].name
    command = ["cc", *STRICT, "-c", f"{name}.c", "-o", "driver.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
