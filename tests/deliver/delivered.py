"""Hardware in every form with its bench beside it, as a user has it, and the simulators that run it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from accelgen.deliver.bench import bench_texts
from accelgen.flows import verilator
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.manifest import Manifest
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import small_network, spiking_network, tiny_network

#: Networks, options of `Datapath`, and how the Verilog is written.
FORMS = {
    "rom": (small_network, {}, {}),
    "ram": (small_network, {"weights": "ram"}, {}),
    "rom_case": (small_network, {}, {"rom": "case"}),
    "rom_hex": (small_network, {}, {"rom": "hex"}),
    "named": (small_network, {}, {"name": "camera"}),
    "aclk": (small_network, {"tdata_width": 64}, {"axi_names": True}),
    "unrolled": (small_network, {"unrolled": True}, {}),
    "pipeline": (small_network, {"unrolled": True, "interval": 1}, {}),
    "pipeline_of_beats": (small_network, {"unrolled": True, "interval": 3, "stages": 6}, {"axi_names": True}),
    "pipelined": (small_network, {"pipelined": True}, {"rom": "case"}),
    "pipelined_ram": (small_conv_network, {"pipelined": True, "weights": "ram"}, {"axi_names": True}),
    "pipelined_pixels": (spiking_network, {"pipelined": True, "weights": "ram"}, {}),
    "pipelined_events": (spiking_network, {"pipelined": True, "stream": "events"}, {}),
    "unrolled_pixels": (spiking_network, {"unrolled": True}, {}),
    "unrolled_timesteps": (spiking_network, {"unrolled": True, "interval": 3}, {"axi_names": True}),
    "unrolled_events": (spiking_network, {"unrolled": True, "stream": "events"}, {}),
    "conv": (small_conv_network, {}, {}),
    "pixels": (spiking_network, {"stream": "pixels", "early_stop": True, "weights": "ram"}, {}),
    "events": (spiking_network, {"stream": "events", "early_stop": True}, {}),
    "every_input": (spiking_network, {"stream": "events", "skip_zeros": False}, {}),
    "axi_lite": (tiny_network, {"weights": "ram"}, {"bus": "axi-lite"}),
    "axi_lite_unrolled": (small_network, {"unrolled": True}, {"bus": "axi-lite"}),
    "axi_lite_pipelined": (small_network, {"pipelined": True, "weights": "ram"}, {"bus": "axi-lite"}),
    "axi_lite_pipelined_pixels": (spiking_network, {"pipelined": True}, {"bus": "axi-lite"}),
    "axi_lite_unrolled_pixels": (spiking_network, {"unrolled": True}, {"bus": "axi-lite"}),
    "axi_lite_conv": (small_conv_network, {}, {"bus": "axi-lite"}),
    "axi_lite_pixels": (spiking_network, {"stream": "pixels", "early_stop": True}, {"bus": "axi-lite"}),
    "axi_lite_aclk": (tiny_network, {}, {"bus": "axi-lite", "axi_names": True}),
    "wishbone": (tiny_network, {}, {"bus": "wishbone"}),
    "wishbone_events": (spiking_network, {"stream": "events", "weights": "ram"}, {"bus": "wishbone"}),
}


def deliver(form: str, folder: Path) -> Manifest:
    """Write a form and its bench into ``folder``, and return its manifest."""
    network, options, how = FORMS[form]
    generated = write(network(), Datapath(**{"lanes": 4} | options), folder, **how)
    for file, text in bench_texts(generated.manifest, network(), generated.load).items():
        (folder / file).write_text(text)
    return generated.manifest


def icarus(folder: Path, name: str, mode: str = "-g2005") -> subprocess.CompletedProcess:
    """Compile a bench with every warning, and run it; a warning of the bench is a failure."""
    built = ["iverilog", mode, "-Wall", "-o", f"{name}_tb", f"{name}_tb.v", f"{name}.v"]
    done = subprocess.run(built, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "timescale" not in line.lower()]
    return subprocess.run(["vvp", f"{name}_tb"], cwd=folder, capture_output=True, text=True, check=False)


def verilated(folder: Path, name: str) -> subprocess.CompletedProcess:
    """Build a bench with Verilator as its first lines say, where any warning is an error, and run it."""
    program = verilator.tool().name
    environment = os.environ | verilator._environment()
    line = [program, "--binary", "--timing", "-j", "2", *COROUTINES, f"{name}_tb.v", f"{name}.v"]
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    program = folder / "obj_dir" / f"V{name}_tb"
    return subprocess.run([program], cwd=folder, capture_output=True, text=True, check=False)


#: GCC 10 needs to be told; later ones are content with it.
COROUTINES = ["-CFLAGS", "-std=c++20", "-CFLAGS", "-fcoroutines"]
HAS_ICARUS = shutil.which("iverilog") is not None
