"""Run a component, as Verilog, in Icarus under the bench of ``sim/bench_component.py``."""

from __future__ import annotations

import json
import os
from pathlib import Path

from amaranth.back import verilog
from amaranth.lib import data
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner


def pack(layout: data.Layout, value) -> int:
    """Return a payload as the integer that its port carries."""
    return layout.const(value).as_value().value


def check(component, folder: Path, *, bench: str = "bench_component", **case) -> None:
    """Convert ``component``, play ``case`` and fail if anything differs.

    ``case`` is described in ``sim/bench_component.py``.
    """
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")
    folder.mkdir(parents=True, exist_ok=True)
    source, file = folder / "dut.v", folder / "case.json"
    source.write_text(verilog.convert(component, name="dut", emit_src=False, strip_internal_attrs=True))
    file.write_text(json.dumps(case))
    runner = get_runner("icarus")
    runner.build(
        sources=[source],
        hdl_toplevel="dut",
        # With the runner's own -g2012, Icarus 11 never evaluates an always @* whose inputs keep their
        # initial values.
        build_args=["-g2005"],
        build_dir=folder / "build",
        log_file=folder / "build.log",
        timescale=("1ns", "1ps"),
    )
    results = runner.test(
        test_module=f"sim.{bench}",  # the runner hands this process's sys.path on
        hdl_toplevel="dut",
        build_dir=folder / "build",
        test_dir=folder,
        log_file=folder / "run.log",
        extra_env={"ACCELGEN_CASE": str(file)},
        results_xml=str(folder / "results.xml"),
    )
    tests, failures = get_results(results)
    if not tests or failures:
        raise AssertionError((folder / "run.log").read_text()[-3000:])
