"""How Sphinx builds these pages: the sources are the repository, so that links between files hold in both.

Nothing is loaded from elsewhere, neither while the pages are built nor when they are read.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from docs.writers.api import write_api  # noqa: E402

project = "accelgen"
author = "The accelgen authors"
project_copyright = author
release = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "docs/api/*.rst", "models/*/card.md", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = [".*", "accelgen", "bench", "build", "rtl_out", "sim", "sweeps", "tests"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
default_role = "py:obj"
napoleon_google_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]  # "outputs, inputs : int" is one entry
autodoc_member_order = "bysource"
autodoc_typehints = "none"
#: Only what a step needs and `make docs` does not install; types of it are not shown.
OPTIONAL = (
    "amaranth_boards", "cocotb", "cocotb_tools", "cocotbext", "dask", "distributed", "matplotlib", "optuna",
    "pyarrow", "serial", "torch",
)  # fmt: skip
autodoc_mock_imports = [name for name in OPTIONAL if importlib.util.find_spec(name) is None]

#: A docstring names types as the code does, "Table", and some names are of more than one package.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = f"accelgen {release}"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"

#: What a page may not do: fetch a script, a style sheet, a font or a picture from another host.
ELSEWHERE = re.compile(
    r"""<(?:script|img|iframe|link(?![^>]*rel="(?:canonical|license)"))[^>]*(?:src|href)="(?:https?:)?//[^"]*"""
)


def setup(app):
    """Write the pages of the API before the sources are read; look at what was built."""
    app.connect("builder-inited", lambda _: write_api(ROOT))
    app.connect("autodoc-process-docstring", equations)
    app.connect("build-finished", finished)
    return {"parallel_read_safe": True}


def equations(app, what, name, thing, options, lines):
    """Take what is indented in a module's docstring as it is written: an equation or a drawing."""
    if what != "module":
        return
    before, found, inside = "", [], False
    for line in lines:
        indented = line.startswith("    ")
        if indented and not inside and not before.endswith("::") and not before.startswith(("-", "..")):
            found += ["::", ""]
        if line.strip():
            inside = indented
            before = line
        found.append(line)
    lines[:] = found


def finished(app, exception):
    """Lead from the top to the first page, and refuse what would load anything from elsewhere."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    first = f"{root_doc}.html"
    (out / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>accelgen</title>'
        f'<meta http-equiv="refresh" content="0; url={first}"><a href="{first}">accelgen</a>\n'
    )
    for page in sorted(out.rglob("*.html")):
        if found := ELSEWHERE.search(page.read_text()):
            raise RuntimeError(f"{page}: loads something from elsewhere: {found[0]}")
    for sheet in sorted(out.rglob("*.css")):
        if re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text()):
            raise RuntimeError(f"{sheet}: loads something from elsewhere")
