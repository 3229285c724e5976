"""``python -m bench.house``: figures of the code itself, beside those of an earlier commit.

What is counted are signs of decisions that are made in more than one place: tests of kinds, dictionaries that
stand for records, imports inside functions, circles among modules. None of it is a goal by itself.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import statistics
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from accelgen.errors import InvalidRequest
from bench.commit import unpack_commit

__all__ = ["main", "measure"]

ROOT = Path(__file__).parents[1]
#: The commit whose figures stand beside today's.
BASELINE = "7501837"

LAYERS = {"Dense", "Conv", "Spiking"}
INPUTS = {"PixelInput", "RateInput", "EventInput"}
PLANS = {"Plan", "SpikingPlan", "UnrolledPlan"}
#: Where arithmetic and circuits of a kind are at home: there a kind may be asked for.
HOMES = ("golden/", "rtl/dnn/", "rtl/snn/", "rtl/conv/", "rtl/unrolled/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the package.

    Attributes
    ----------
    name : str
        Path below the package, with slashes.
    text : str
        What it holds.
    tree : ast.Module
        The same, parsed.
    """

    name: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Dotted name, as imports have it."""
        parts = ["accelgen", *self.name.removesuffix(".py").split("/")]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def measure(package: Path) -> dict[str, float]:
    """Return the figures of a package.

    Parameters
    ----------
    package : Path
        The folder ``accelgen`` of a checkout.

    Returns
    -------
    dict of str to int or float
        Counts by what they count.
    """
    sources = [
        Source(path.relative_to(package).as_posix(), text := path.read_text(), ast.parse(text))
        for path in sorted(package.rglob("*.py"))
    ]
    nodes = [(source.name, node) for source in sources for node in ast.walk(source.tree)]
    functions = [node for _, node in nodes if isinstance(node, Function)]
    inner = [(name, node) for name, node in nodes if isinstance(node, Function)]
    late = [name for name, node in inner for _ in _own_imports(node)]
    keys = [key for _, node in nodes if (key := _key(node)) is not None]
    kinds = [(name, kind) for name, node in nodes for kind in _kinds(node)]
    bodies = [_lines(node) for node in functions if node.name == "elaborate"]
    lines = sum(len(source.text.splitlines()) for source in sources)
    notes = {source.name: _comments(source.text) for source in sources}
    rtl = [source for source in sources if source.name.startswith("rtl/")]
    return {
        "files": len(sources),
        "lines": lines,
        "longest file": max(len(source.text.splitlines()) for source in sources),
        "functions": len(functions),
        "lines of a function, median": statistics.median(map(_lines, functions)),
        "functions above 40 lines": sum(_lines(node) > 40 for node in functions),
        "lines of elaborate, median": statistics.median(bodies),
        "lines of elaborate, most": max(bodies),
        "imports inside functions": len(late),
        "imports inside functions, in steps": sum(name.startswith("steps/") for name in late),
        "files with TYPE_CHECKING": sum("if TYPE_CHECKING" in source.text for source in sources),
        "isinstance on layers": sum(kind in LAYERS for _, kind in kinds),
        "isinstance on inputs": sum(kind in INPUTS for _, kind in kinds),
        "isinstance on plans": sum(kind in PLANS for _, kind in kinds),
        "isinstance on kinds away from home": sum(not name.startswith(HOMES) for name, _ in kinds),
        "conditions on .spiking": _conditions(nodes, "spiking"),
        "conditions on .unrolled": _conditions(nodes, "unrolled"),
        "hasattr and getattr with a name": sum(_probe(node) for _, node in nodes),
        "subscripts with a literal key": len(keys),
        "different literal keys": len(set(keys)),
        "assignments to found": sum(
            isinstance(node, ast.Name) and node.id == "found" and isinstance(node.ctx, ast.Store)
            for _, node in nodes
        ),
        "comments per 100 lines": round(100 * sum(notes.values()) / lines, 1),
        "comments per 100 lines, rtl": round(
            100
            * sum(notes[source.name] for source in rtl)
            / sum(len(source.text.splitlines()) for source in rtl),
            1,
        ),
        "comments per 100 lines of elaborate": round(_elaborate_comments(sources), 1),
        "modules in circles": len(_circles(sources)),
        "data sets known by a number": sum(
            isinstance(node, ast.Constant) and node.value in (784, 3072) and not name.startswith("data/")
            for name, node in nodes
        ),
        "os.replace outside files.py": sum(
            "os.replace(" in source.text for source in sources if source.name != "files.py"
        ),
    }


def _lines(node: ast.AST) -> int:
    """Return the lines of a function without its docstring."""
    doc = node.body[0] if ast.get_docstring(node) else None
    return node.end_lineno - node.lineno + 1 - (doc.end_lineno - doc.lineno + 1 if doc else 0)


def _own_imports(node: Function) -> Iterator[ast.stmt]:
    """Yield the imports of a function, and not those of functions within it."""
    todo = list(node.body)
    while todo:
        part = todo.pop()
        if isinstance(part, ast.Import | ast.ImportFrom):
            yield part
        elif not isinstance(part, Function):
            todo += ast.iter_child_nodes(part)


def _key(node: ast.AST) -> str | None:
    """Return the text that a subscript is taken with, None of any other node, and of annotations."""
    literal = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    of_type = literal and isinstance(node.value, ast.Name) and node.value.id in ("Literal", "list", "tuple")
    return node.slice.value if literal and isinstance(node.slice.value, str) and not of_type else None


def _kinds(node: ast.AST) -> list[str]:
    """Return the kinds that a call of isinstance asks for, each once for a group of kinds."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"):
        return []
    names = {part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)}
    groups = [sorted(names & group) for group in (LAYERS, INPUTS, PLANS)]
    return [group[0] for group in groups if group]


def _conditions(nodes: list[tuple[str, ast.AST]], name: str) -> int:
    """Return how many conditions ask for an attribute."""
    tests = [
        part
        for _, node in nodes
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.comprehension)
        for part in (node.ifs if isinstance(node, ast.comprehension) else [node.test])
    ]
    return sum(
        any(isinstance(part, ast.Attribute) and part.attr == name for part in ast.walk(test))
        for test in tests
    )


def _probe(node: ast.AST) -> bool:
    """Return whether a node asks an object what it has by a literal name."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 1):
        return False
    return node.func.id in ("hasattr", "getattr") and isinstance(node.args[1], ast.Constant)


def _comments(text: str) -> int:
    """Return the lines of a file with a comment."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return len({token.start[0] for token in tokens if token.type == tokenize.COMMENT})


def _elaborate_comments(sources: list[Source]) -> float:
    """Return comments per 100 lines in the bodies of ``elaborate``."""
    notes = total = 0
    for source in sources:
        lines = source.text.splitlines()
        for node in ast.walk(source.tree):
            if isinstance(node, Function) and node.name == "elaborate":
                body = lines[node.lineno - 1 : node.end_lineno]
                total += len(body)
                notes += sum(bool(re.search(r"(^|\s)#", line)) for line in body)
    return 100 * notes / total


def _circles(sources: list[Source]) -> set[str]:
    """Return the modules that import each other in a circle, wherever the import stands."""
    modules = {source.module for source in sources}
    arrows = {source.module: set(_imported(source, modules)) - {source.module} for source in sources}
    reach = {name: _reachable(name, arrows) for name in arrows}
    return {name for name in arrows if name in reach[name]}


def _imported(source: Source, modules: set[str]) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            # A name that a package hands on counts as an import of the package.
            named = (name if name in modules else node.module for name in below)
            yield from (name for name in named if name in modules)


def _reachable(start: str, arrows: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    todo = list(arrows[start])
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += arrows[name]
    return reached


def main(arguments: list[str] | None = None) -> dict[str, dict[str, float]]:
    """Measure today's package and that of an earlier commit, print both and return them."""
    parser = argparse.ArgumentParser(prog="python -m bench.house", description=__doc__)
    parser.add_argument("--against", default=BASELINE, help=f"commit to compare with ({BASELINE})")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack_commit(ROOT, asked.against, ["accelgen"], Path(folder))
        except InvalidRequest as error:
            parser.error(f"--against: {error}")
        figures = {"before": measure(Path(folder) / "accelgen"), "today": measure(ROOT / "accelgen")}
    if asked.json:
        print(json.dumps(figures, indent=2))
    else:
        print(f"{'':40} {asked.against:>9} {'today':>9}")
        for name, before in figures["before"].items():
            print(f"{name:40} {before:9,} {figures['today'][name]:9,}")
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
