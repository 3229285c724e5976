"""Runs in NNgen's own environment: matrices in; Verilog, and cycles by NNgen's own test bench, out.

Usage: ``python nngen_driver.py JOB.npz FOLDER``. Nothing of accelgen is imported here. NNgen's machine
fetches weights and activations from a memory outside, over AXI; the bench models that memory.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import time
from pathlib import Path

import nngen as ng
import numpy as np
import veriloggen as vg
import veriloggen.thread as vthread
from veriloggen.types import axi

__all__ = ["main"]

#: Alignment of parameters, width of the AXI bus and of a word of the memory image.
CHUNK, BUS, WORD = 64, 32, 32
#: Activations; four unsigned bits do not fit NNgen's signed int4, and int8 is its next size.
ACTIVATION = ng.int8


def network(given) -> tuple:
    """Return the placeholder and the scores of two matrix products."""
    pixels = ng.placeholder(ACTIVATION, shape=(1, given["weights0"].shape[1]), name="pixels")
    x = pixels
    for number in range(2):
        weights, bias = given[f"weights{number}"], given[f"bias{number}"]
        w = ng.variable(ng.dtype_int(2), shape=weights.shape, name=f"w{number}")
        b = ng.variable(ng.int32, shape=bias.shape, name=f"b{number}")
        w.set_value(weights)
        b.set_value(bias)
        options = {"dtype": ng.int32} if number else {"dtype": ACTIVATION, "act_func": ng.relu}
        x = ng.matmul(x, w, bias=b, transposed_b=True, sum_dtype=ng.int32, name=f"layer{number}", **options)
        if not number:
            x.attribute(cshamt_out=int(given["shift0"]))
    return pixels, x


def main(job: Path, folder: Path) -> dict:
    """Write ``verilog.v`` and return what it is."""
    given = np.load(job)
    os.chdir(folder)  # NNgen and its simulator write where they stand
    start = time.perf_counter()
    pixels, scores = network(given)
    targ = ng.to_veriloggen([scores], "mlp", silent=True, config={"maxi_datawidth": BUS})
    Path("verilog.v").write_text(targ.to_verilog())
    seconds = time.perf_counter() - start
    output = simulate(targ, pixels, scores, given["pixels"][:1].astype(np.int64))
    cycles = re.search(r"execution cycles: *(\d+)", output)
    return {
        "top": "mlp",
        "seconds": seconds,
        "cycles": int(cycles[1]) if cycles else None,
        "verified": "verify: PASSED" in output,
    }


def simulate(targ, pixels, scores, image: np.ndarray) -> str:
    """Return what the bench prints, after NNgen's example: ``image`` int64[1, inputs] and NNgen's model."""
    wanted = ng.eval([scores], pixels=image)[0]
    parameters = ng.export_ndarray([scores], CHUNK)

    def after(address: int, size: int) -> int:
        return math.ceil((address + size) / CHUNK) * CHUNK

    variables = after(pixels.addr, pixels.memory_size)
    check = after(variables, len(parameters))
    temporary = after(check, scores.memory_size)
    memory_image = np.zeros(1 << 18, np.int64)
    axi.set_memory(memory_image, image, WORD, pixels.dtype.width, pixels.addr, BUS // pixels.dtype.width)
    axi.set_memory(memory_image, parameters, WORD, 8, variables)
    axi.set_memory(memory_image, wanted, WORD, scores.dtype.width, check, 1)

    m = vg.Module("test")
    m.copy_params(targ)
    ports = m.copy_sim_ports(targ)
    clk, resetn = ports["CLK"], ports["RESETN"]
    rst = m.Wire("RST")
    rst.assign(vg.Not(resetn))
    memory = axi.AxiMemoryModel(
        m,
        "memory",
        clk,
        rst,
        datawidth=BUS,
        memimg=memory_image,
        memimg_name="memory.out",
        memimg_datawidth=WORD,
    )
    memory.connect(ports, "maxi")
    control = vthread.AXIMLite(m, "_saxi", clk, rst, noio=True)
    control.connect(ports, "saxi")
    clock = m.Reg("clock", 32, initval=0)
    vg.Seq(m, "seq", clk, rst)(clock.inc())

    def play():
        for _i in range(100):
            pass
        ng.sim.set_global_addrs(control, temporary)
        begin = clock.value
        ng.sim.start(control)
        ng.sim.wait(control)
        end = clock.value
        print("# execution cycles: %d" % (end - begin))  # noqa: UP031 (becomes $display)
        ok = True
        for x in range(scores.shape[1]):
            found = memory.read_word(x, scores.addr, scores.dtype.width)
            right = memory.read_word(x, check, scores.dtype.width)
            if vthread.verilog.NotEql(found, right):
                ok = False
        if ok:
            print("# verify: PASSED")
        else:
            print("# verify: FAILED")
        vthread.finish()

    vthread.Thread(m, "play", clk, rst, play).start()
    m.Instance(targ, "uut", params=m.connect_params(targ), ports=m.connect_ports(targ))
    vg.simulation.setup_clock(m, clk, hperiod=5)
    begin = vg.simulation.setup_reset(m, resetn, m.make_reset(), period=100, polarity="low")
    begin.add(vg.Delay(10_000_000), vg.Systask("finish"))
    return vg.simulation.Simulator(m, sim="iverilog").run(outputfile="bench.out")


if __name__ == "__main__":
    place = Path(sys.argv[2]).resolve()
    result = main(Path(sys.argv[1]).resolve(), place)
    (place / "result.json").write_text(json.dumps(result))
