import shutil
import subprocess

import pytest

from accelgen.deliver.files import KINDS, delivered
from accelgen.deliver.software import registers_of
from accelgen.errors import InvalidRequest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
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
    """Return what software gets, by the names of the files."""
    network, options = FORMS[form]
    manifest, texts = delivered(generate(network, Datapath(**options), bus="axi-lite").manifest)
    return {manifest.files[kind.name]: texts[manifest.files[kind.name]] for kind in KINDS if kind.behind_bus}


def test_no_place_is_left_open():
    for form in FORMS:
        found = software(form)
        assert len(found) == 5 and not [name for name, text in found.items() if "@" in text]


def test_a_network_without_a_bus_has_no_registers():
    with pytest.raises(InvalidRequest, match="^small is behind no bus, and has no registers$"):
        registers_of(generate(small_network()).manifest)


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
@pytest.mark.parametrize("form", FORMS)
def test_a_compiler_that_is_strict_has_nothing_to_say(form, tmp_path):
    for name, text in software(form).items():
        (tmp_path / name).write_text(text)
    name = FORMS[form][0].name
    command = ["cc", *STRICT, "-c", f"{name}.c", "-o", "driver.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
