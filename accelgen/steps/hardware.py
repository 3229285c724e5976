"""Verilog of a model, and its area."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accelgen.deliver.bench import bench_line
from accelgen.deliver.constraints import CLOCK
from accelgen.deliver.files import delivered
from accelgen.deliver.trial import trial
from accelgen.errors import DataError, InvalidRequest
from accelgen.files import whole_folder
from accelgen.flows import yosys
from accelgen.flows.yosys import Area
from accelgen.network import stored_bits
from accelgen.network.names import check_name
from accelgen.owned import held, own_folder
from accelgen.records import record
from accelgen.rtl.emit import generate
from accelgen.rtl.manifest import Manifest
from accelgen.rtl.text.rows import Rom
from accelgen.steps.answer import Answer, plain
from accelgen.steps.checks import check_clock
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.pace import Pace, pace_of

__all__ = ["HardwareFiles", "Synthesis", "bare", "form", "in_own_folder", "rtl", "synth"]


@dataclass(frozen=True, slots=True, eq=False)
class HardwareFiles(Answer):
    """Verilog that was written.

    Attributes
    ----------
    model : Model
        What it is of.
    manifest : Manifest
        As it is in ``manifest.json``.
    folder : Path
        Where the files are.
    lanes_requested : int
        Lanes that were asked for; the hardware has no more than a block row has outputs.
    pace : Pace or None
        How closely images follow one another in a pipeline; None of other hardware.
    """

    model: Model
    manifest: Manifest
    folder: Path
    lanes_requested: int
    pace: Pace | None = None

    @property
    def name(self) -> str:
        """Name of the top: that of the network, if no other was asked for."""
        return self.manifest.name

    @property
    def verilog(self) -> Path:
        """The source."""
        return self.folder / self.manifest.files["verilog"]

    @property
    def stored_bits(self) -> dict[str, int]:
        """What the network stores: see `accelgen.network.stored_bits`."""
        return stored_bits(self.model.network)

    @property
    def bench_line(self) -> str:
        """What plays the delivered bench, in the folder; empty if none was written."""
        return bench_line(self.name) if "bench" in self.manifest.files else ""

    @property
    def load(self) -> Path | None:
        """The table frame, if tables are loaded."""
        name = self.manifest.files.get("load")
        return self.folder / name if name else None

    def to_json(self) -> dict:
        """Return what ``--json`` prints."""
        network, manifest = self.model.network, self.manifest
        return {
            "name": manifest.name,
            "kind": manifest.kind,
            "verilog": str(self.verilog),
            "manifest": str(self.folder / "manifest.json"),
            **form(manifest),
            "lanes_requested": self.lanes_requested,
            **({"pace": plain(self.pace)} if self.pace else {}),
            "compression": network.compression,
            "stored_bits": self.stored_bits,
            "layers": record(manifest.layers),
            "memories": record(manifest.memories),
        }


@dataclass(frozen=True, slots=True)
class Synthesis(Answer):
    """Hardware that was synthesised.

    Attributes
    ----------
    area : Area
        Its logic on a target, and its memories.
    """

    area: Area

    @property
    def manifest(self) -> Manifest:
        """Of the hardware."""
        return self.area.manifest

    @property
    def form(self) -> dict[str, Any]:
        """Options that the hardware was made with."""
        return form(self.manifest)

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return self.area.to_json() | self.form


def in_own_folder(step: Callable) -> Callable:
    """Let a step that reads what it has written have its folder for itself, passed on as ``out``.

    That is the ``out`` it was called with or, without one, ``rtl_out/<name>``; if another run is at work
    there, the first of ``rtl_out/<name>.2``, ``.3``, ... that is free. An ``out`` that is not free raises
    `Busy`. The model is read here, once, and handed on.
    """

    @functools.wraps(step)
    def owned(model: AnyModel, *arguments, out: Path | None = None, **how):
        model = model_of(model)
        target, say = Path(out) if out else model.folder, how.get("say", lambda line: None)
        with own_folder(target, exactly=out is not None, say=say) as folder:
            return step(model, *arguments, out=folder, **how)

    return owned


def rtl(
    model: AnyModel,
    *,
    out: Path | None = None,
    name: str | None = None,
    rom: Rom = "initial",
    bus: str | None = None,
    axi_names: bool = False,
    minimal: bool = False,
    clock: float | None = None,
    **options,
) -> HardwareFiles:
    """Write a network as Verilog with its manifest and what is delivered with it, whole or not at all.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    out : Path, optional
        Folder to write; ``rtl_out/<name>`` by default.
    name : str, optional
        Of the top and, as the beginning of their names, of all its modules; by default that of the network.
    rom : "initial", "case" or "hex"
        How tables in ROM are written: see `accelgen.rtl.emit.generate`.
    bus : str, optional
        Puts the network behind registers, "axi-lite" or "wishbone".
    axi_names : bool
        Calls clock and reset ``aclk`` and ``aresetn``, active when low.
    minimal : bool
        Leaves out what `accelgen.deliver` makes.
    clock : float, optional
        MHz, for the constraints.
    options
        Of `Datapath`: ``lanes``, ``weights``, ``stream``, ``early_stop``, ``unrolled``, ``skip_zeros``,
        ``compact``, ``interval``, ``stages``, ``sums``, ``pipelined``, ``layer_lanes``; or ``cycles`` of an
        image that choose the latter, see `accelgen.steps.pace.with_lanes_for`. What is left out or None is
        what the model's ``hardware.toml`` says, or the default.

    Raises
    ------
    InvalidOption
        If an option is wrong, or does not go with another.
    """
    check_clock(clock)
    model = model_of(model)
    if name is not None:
        check_name(name)
    datapath = model.datapath(**options)
    target = Path(out) if out else model.folder.with_name(name or model.folder.name)
    with held(target):
        made = generate(model.network, datapath, name=name, rom=rom, bus=bus, axi_names=axi_names)
        manifest, texts = made.manifest, dict[str, str]()
        if not minimal:
            manifest, texts = trial(manifest, model.network, made.load, model.path.parent)
            manifest, more = delivered(manifest, clock or CLOCK)
            texts |= more
        _write(target, manifest, {**made.files, **texts})
    pace = pace_of(model, datapath) if datapath.pipelined else None
    return HardwareFiles(model, manifest, target, datapath.lanes, pace)


def bare(model: AnyModel, *, out: Path | None = None, **options) -> HardwareFiles:
    """Write what a step reads of a network, the Verilog and its manifest; see `rtl`.

    What was delivered before stays, and in the manifest, if it is of the very same hardware.
    """
    model = model_of(model)
    datapath, target = model.datapath(**options), Path(out) if out else model.folder
    with held(target):
        made = generate(model.network, datapath)
        manifest, before = made.manifest, _before(target)
        if before and replace(before, files={}) == replace(manifest, files={}):
            manifest = replace(manifest, files=before.files | manifest.files)
        _write(target, manifest, made.files)
    return HardwareFiles(model, manifest, target, datapath.lanes)


def _write(target: Path, manifest: Manifest, files: dict[str, str | bytes]) -> None:
    """Write files and the manifest; what an earlier manifest lists and this one does not goes.

    A person's own ``registers.md`` or C file of that name is on no such list, and stays.

    Raises
    ------
    InvalidRequest
        If something else stands where a file would be; nothing is written then.
    """
    before = _before(target)
    # A table frame of hardware that was there before would be loaded into what is there now.
    listed = {name for name in before.files.values() if Path(name).name == name} if before else set()
    _check_free(target, files, listed)
    with whole_folder(target, stale=tuple(listed - set(manifest.files.values()))) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / "manifest.json").write_text(manifest.text())


def _check_free(target: Path, files: Iterable[str], listed: set[str]) -> None:
    """Raise `InvalidRequest` if a folder, or a file that no manifest lists, has the name of one of ``files``.

    A manifest that cannot be read lists nothing, and is of an earlier run all the same: what is there is its.
    """
    known = not (target / "manifest.json").is_file() or listed
    for path in (target / name for name in [*files, "manifest.json"]):
        if path.is_dir() or (known and path.exists() and path.name not in listed | {"manifest.json"}):
            raise InvalidRequest(
                f"{path}: was there before and is not of accelgen rtl: move it away, or name another folder"
            )


def _before(folder: Path) -> Manifest | None:
    """Return the manifest of the hardware that is in a folder, or None."""
    try:
        return Manifest.read(folder / "manifest.json")
    except DataError:
        return None


def form(manifest: Manifest) -> dict:
    """Return the options that a manifest was made with, as reports name them."""
    names = (
        "unrolled",
        "lanes",
        "layer_lanes",
        "layer_units",
        "weights",
        "skip_zeros",
        "compact",
        "stream",
        "early_stop",
    )
    pipeline = ("interval", "stages", "sums")
    return {name: value for name in names + pipeline if (value := getattr(manifest, name)) is not None}


@in_own_folder
def synth(model: Model, *, target: str = "generic", liberty: Path | None = None, **options) -> Synthesis:
    """Report the area of a network by Yosys; memories apart from logic."""
    hardware = bare(model, **options)
    reports = hardware.folder / "reports"
    return Synthesis(yosys.synth(hardware.verilog, hardware.manifest, target, reports, liberty))
