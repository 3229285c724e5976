"""The core file of FuseSoC (CAPI2): which files there are, and how they are linted and simulated."""

from __future__ import annotations

from importlib.metadata import version

from accelgen.rtl.manifest import Manifest

__all__ = ["core_file", "vlnv"]

#: Files of the bench, as the manifest calls them: its source, and what it reads.
BENCH = ("bench", "bench_images", "bench_results")


def vlnv(manifest: Manifest) -> tuple[str, str, str, str]:
    """Return vendor, library, name and version of a core, as catalogues of cores have them."""
    return "accelgen", "networks", manifest.name, version("accelgen")


def core_file(manifest: Manifest) -> str:
    """Return the core file: targets ``default`` and ``lint``, and ``sim`` where there is a bench.

    The sources are a fileset without any tool's, so that any flow of FuseSoC may take them.
    """
    files = manifest.files
    read = [file for kind, file in files.items() if kind.startswith("rom_")]
    lines = [
        "CAPI=2:",
        f"name: {':'.join(vlnv(manifest))}",
        f"description: {manifest.name}, a {manifest.kind} network as hardware",
        "filesets:",
        *_fileset("rtl", files["verilog"], "verilogSource-2005", read),
        *_fileset("waivers", files["waivers"], "vlt"),
    ]
    if "bench" in files:
        extra = [files[kind] for kind in BENCH[1:] if kind in files]
        lines += _fileset("bench", files["bench"], "verilogSource-2005", extra)
    lines += ["targets:", *_target("default", ["rtl"], manifest.top)]
    lines += _target("lint", ["rtl", "waivers"], manifest.top, flow="lint", tool="verilator")
    lines += ["      verilator_options: [-Wall]"]
    if "bench" in files:
        top = files["bench"].removesuffix(".v")
        lines += _target("sim", ["rtl", "bench"], top, flow="sim", tool="icarus")
        lines += ["      iverilog_options: [-g2005]"]
    return "\n".join([*lines, ""])


def _fileset(name: str, source: str, kind: str, read: list[str] | None = None) -> list[str]:
    """Return a fileset of one source and of files that are read at run time, from the folder of the run."""
    lines = [f"  {name}:", "    files:", f"      - {source}: {{file_type: {kind}}}"]
    return [*lines, *(f"      - {file}: {{file_type: user, copyto: {file}}}" for file in read or [])]


def _target(name: str, filesets: list[str], top: str, flow: str = "", tool: str = "") -> list[str]:
    lines = [f"  {name}:", f"    filesets: [{', '.join(filesets)}]", f"    toplevel: {top}"]
    return [*lines, f"    flow: {flow}", "    flow_options:", f"      tool: {tool}"] if flow else lines
