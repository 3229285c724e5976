"""A project for LibreLane: ``config.json``, how it is run, and a check by LibreLane where it is installed."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import io
import json
from pathlib import Path
from typing import Optional

from accelgen.errors import ToolError, at
from accelgen.flows.asic.project import PLATFORMS, Project, readme

__all__ = ["CONFIG", "RUN", "VERSION", "check", "files", "installed"]

CONFIG = "config.json"

#: Version of LibreLane, whose variables `files` writes and whose loader `check` calls.
VERSION = "3.0.17"

#: Percent of the core: tables in logic have many wires for their area.
UTILISATION = 40

RUN = (f"pip install librelane=={VERSION}", f"librelane --dockerized {CONFIG}")


def files(project: Project) -> dict[str, str]:
    """Return the files of a project beside its sources, by name."""
    platform = PLATFORMS[project.platform]
    # Without an SDC file LibreLane writes its own, from the clock, with the loads that suit the PDK.
    config = {
        "meta": {"version": 2, "flow": "Classic"},
        "PDK": platform.pdk,
        "STD_CELL_LIBRARY": platform.cells,
        "DESIGN_NAME": project.top,
        "VERILOG_FILES": [f"dir::{name}" for name in project.sources],
        "CLOCK_PORT": "clk",
        "CLOCK_PERIOD": project.period,
        "FP_CORE_UTIL": UTILISATION,
    }
    results = "The layout, with area, timing and power, is in `runs/*/final/`."
    return {
        CONFIG: json.dumps(config, indent=2) + "\n",
        "README.md": readme(project, "librelane", RUN, results),
    }


def installed() -> bool:
    """Return whether LibreLane is there to check what is written."""
    return importlib.util.find_spec("librelane") is not None


def check(folder: Path) -> str:
    """Have LibreLane read the configuration in ``folder``, and return LibreLane's version.

    Names, types and files are checked as in a run; what a PDK must give is not, for none need be here.

    Raises
    ------
    ToolError
        If LibreLane refuses the configuration, or its release cannot check one.
    """
    try:
        from librelane import __version__
        from librelane.config import Config, InvalidConfig
        from librelane.flows import Flow
    except ImportError as error:
        raise ToolError(f"librelane cannot be used: {error}: pip install librelane=={VERSION}") from error
    classic = Flow.factory.get("Classic")
    # Its progress messages must not appear on the standard output.
    with at(CONFIG), contextlib.redirect_stdout(io.StringIO()):
        try:
            Config.load(
                str(folder / CONFIG),
                [_without_pdk(variable) for variable in classic.get_all_config_variables(classic)],
                pdk_root=str(folder),
                _load_pdk_configs=False,
            )
        except InvalidConfig as error:
            raise ToolError(f"LibreLane {__version__} refuses it: {'; '.join(error.errors)}") from error
        except TypeError as error:
            raise ToolError(
                f"LibreLane {__version__} cannot check it: install librelane=={VERSION}"
            ) from error
    return __version__


def _without_pdk(variable):
    """Return a variable as one that may be missing, if a PDK would give it."""
    if not variable.pdk or variable.optional:
        return variable
    return dataclasses.replace(variable, type=Optional[variable.type])  # noqa: UP045 (LibreLane knows this form)
