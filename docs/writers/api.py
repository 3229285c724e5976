"""The pages of the API reference: one for each package, with the docstrings of its modules."""

from __future__ import annotations

from pathlib import Path

import accelgen

__all__ = ["api_pages", "write_api"]

FOLDER = "docs/api"


def write_api(root: Path) -> None:
    """Write the pages below ``root``; one of a package that is gone is removed."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    found = api_pages(root)
    for page in folder.glob("*.rst"):
        if page.name not in found:
            page.unlink()
    for name, text in found.items():
        page = folder / name
        if not page.is_file() or page.read_text() != text:  # an old page that still holds is not built again
            page.write_text(text)


def api_pages(root: Path) -> dict[str, str]:
    """Return the text of each page by its name."""
    packages = sorted(path.parent for path in (root / "accelgen").rglob("__init__.py"))
    names = [".".join(package.relative_to(root).parts) for package in packages]
    found = {
        f"{name}.rst": _package(root, package, name) for name, package in zip(names, packages, strict=True)
    }
    return found | {"index.rst": _index(names)}


def _index(names: list[str]) -> str:
    front = [
        f"* - `accelgen.{name} <{home}.{name}>`\n  - `{home}`"
        for name, home in sorted(vars(accelgen)["_homes"].items())
    ]
    return "\n".join(
        [
            *_title("API reference"),
            "``import accelgen`` gives these names, and imports what is asked for when it is used:",
            "",
            ".. list-table::",
            "",
            *("   " + line.replace("\n", "\n   ") for line in front),
            "",
            "Everything below is inside: it may change with any version.",
            "",
            ".. toctree::",
            "   :maxdepth: 1",
            "",
            *(f"   {name}" for name in names),
            "",
        ]
    )


def _package(root: Path, folder: Path, name: str) -> str:
    lines = [*_title(name), f".. automodule:: {name}", ""]
    for path in sorted(folder.glob("*.py")):
        if path.name in ("__init__.py", "__main__.py"):
            continue
        module = f"{name}.{path.stem}"
        lines += [*_title(module, "-"), f".. automodule:: {module}", "   :members:", ""]
    return "\n".join(lines)


def _title(text: str, line: str = "=") -> list[str]:
    return [text, line * len(text), ""]
