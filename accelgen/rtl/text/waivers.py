"""What Verilator's ``-Wall`` says of this Verilog by construction, and why that is meant."""

from __future__ import annotations

__all__ = ["WAIVERS", "waiver_file"]

#: Rule, and why it is waived. A width mismatch, latch, second driver or combinational loop stays an error.
WAIVERS = (
    ("DECLFILENAME", "one file holds all modules"),
    (
        "PROCASSINIT",
        "a register has a start value for FPGAs and simulators where it is declared, and a reset",
    ),
    (
        "UNUSEDSIGNAL",
        "a payload goes where only some of its fields are read, or a part has an output too many",
    ),
    ("VARHIDDEN", "a function names its arguments like the nets it is given"),
)


def waiver_file() -> str:
    """Return Verilator's configuration: ``verilator --lint-only -Wall <name>.vlt <name>.v``."""
    rules = "".join(f'// {why}\nlint_off -rule {rule} -file "*"\n' for rule, why in WAIVERS)
    return f"`verilator_config\n{rules}"
