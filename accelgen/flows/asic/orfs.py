"""A project for OpenROAD-flow-scripts: ``config.mk``, ``constraint.sdc``, and how they are run."""

from __future__ import annotations

from accelgen.flows.asic.fakeram import HALO
from accelgen.flows.asic.project import Project, readme

__all__ = ["DOCUMENTED", "DOCUMENTED_AT", "RUN", "constraints", "files"]

#: Where OpenROAD-flow-scripts documents its variables, and the commit that `DOCUMENTED` was read at.
DOCUMENTED_AT = (
    "https://github.com/The-OpenROAD-Project/OpenROAD-flow-scripts/blob/"
    "8c009b0b663703fc3fe2f474eab918b12fffbaf6/docs/user/FlowVariables.md"
)

#: The documented variables that projects use, and why.
DOCUMENTED = {
    "DESIGN_NAME": "The top module.",
    "PLATFORM": "Process and standard cells.",
    "VERILOG_FILES": "The network.",
    "SDC_FILE": "Its clock.",
    "ADDITIONAL_LEFS": "Layouts of the SRAM macros, which come with the platform.",
    "ADDITIONAL_LIBS": "Their timing and power.",
    "MACRO_PLACE_HALO": "Micrometres that macros keep free around them, for the wires to their pins.",
    "SYNTH_MEMORY_MAX_BITS": "The flow refuses a larger memory to map; this is the largest there is.",
    "CORE_UTILIZATION": "Percent of the core: tables in logic have many wires for their area.",
    "PLACE_DENSITY_LB_ADDON": "Above the least density that fits.",
    "TNS_END_PERCENT": "Repair the timing of every path that needs it.",
}

#: What the flow accepts without being told: variables.yaml, SYNTH_MEMORY_MAX_BITS.
MEMORY_BITS = 4096

#: Percent.
UTILISATION = 40

#: Part of a cycle that what is outside takes, at inputs and at outputs.
OUTSIDE = 0.2

RUN = (
    "git clone --recursive https://github.com/The-OpenROAD-Project/OpenROAD-flow-scripts",
    "OpenROAD-flow-scripts/flow/util/docker_shell make DESIGN_CONFIG=/work/config.mk  # in its Docker image",
    "# or, where it is built: make -C OpenROAD-flow-scripts/flow"
    ' DESIGN_CONFIG="$PWD/config.mk" WORK_HOME="$PWD"',
)


def files(project: Project) -> dict[str, str]:
    """Return the files of a project beside its sources, by name."""
    results = f"The layout is `results/{project.platform}/{project.top}/base/6_final.gds`; "
    results += "area, timing and power are in `reports/` and `logs/`."
    return {
        "config.mk": _config(project),
        "constraint.sdc": constraints(project),
        "README.md": readme(project, "orfs", RUN, results),
    }


def constraints(project: Project) -> str:
    """Return SDC: the clock, and what surrounds the network. Reset is timed as every other input."""
    outside = f"{project.period * OUTSIDE:.3f}"
    return (
        f"current_design {project.top}\n"
        f"create_clock -name clk -period {project.period:.3f} [get_ports clk]\n"
        f"set_input_delay {outside} -clock clk [all_inputs -no_clocks]\n"
        f"set_output_delay {outside} -clock clk [all_outputs]\n"
    )


def _config(project: Project) -> str:
    # The flow is started elsewhere, so files are named from where the configuration is.
    here = "$(dir $(DESIGN_CONFIG))"
    values = {
        "DESIGN_NAME": project.top,
        "PLATFORM": project.platform,
        "VERILOG_FILES": " ".join(here + name for name in project.sources),
        "SDC_FILE": f"{here}constraint.sdc",
    }
    if project.macros:
        for name, kind in (("ADDITIONAL_LEFS", "lef"), ("ADDITIONAL_LIBS", "lib")):
            values[name] = " ".join(f"$(PLATFORM_DIR)/{kind}/{macro}.{kind}" for macro in project.macros)
        values["MACRO_PLACE_HALO"] = f"{HALO} {HALO}"
    if project.memory_bits > MEMORY_BITS:
        values["SYNTH_MEMORY_MAX_BITS"] = str(project.memory_bits)
    values |= {
        "CORE_UTILIZATION": str(UTILISATION),
        "PLACE_DENSITY_LB_ADDON": "0.20",
        "TNS_END_PERCENT": "100",
    }
    lines = [f"# {DOCUMENTED[name]}\nexport {name} = {value}\n" for name, value in values.items()]
    return f"# Variables: {DOCUMENTED_AT}\n\n" + "\n".join(lines)
