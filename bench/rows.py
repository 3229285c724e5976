"""The rows of the comparison: who builds which network how, and what came of it.

A row is a dict with ``work``, ``tool``, ``form`` and either ``not_run`` (why), or

- ``area``: cells by target, see `bench.area`, or ``not_mapped`` (why);
- ``clocks``: between one result and the next, images waiting;
- ``latency``: clocks from the first of an image to its result;
- ``checked``: on what its answers were compared, in simulation, with which model;
- ``generation_s``: seconds from matrices to Verilog;
- ``hardware``: of ours, its fingerprint, see `accelgen.rtl.fingerprint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import accelgen
from accelgen.errors import AccelgenError, ToolError, at
from accelgen.golden.run import run
from accelgen.models import network_path
from accelgen.network import Network, quantise_pixels
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fingerprint import fingerprint
from accelgen.steps.hardware_file import chosen
from bench import networks, ours, pipeline
from bench.area import areas
from bench.networks import Work
from bench.peers.environment import PEERS, Peer

__all__ = ["FLAGSHIP", "OURS", "Job", "done", "jobs"]

OURS = "accelgen"
FLAGSHIP = "mnist_3b_8x"
#: Inputs up to which ours is unrolled too; beyond, no FPGA of these families is worth its synthesis.
UNROLLED = 64
#: Images that ours is measured on, and that a peer's pipeline is checked with.
IMAGES = 64


@dataclass(frozen=True, slots=True)
class Job:
    """What becomes a row.

    Attributes
    ----------
    work, tool, form : str
        Names in the table.
    measure : callable
        Takes an existing folder and returns the figures.
    hardware : callable
        Returns the fingerprint of what is built today; that of a peer is None.
    """

    work: str
    tool: str
    form: str
    measure: Callable[[Path], dict]
    hardware: Callable[[], str | None] = lambda: None


def jobs(works: list[Work], flagship: bool, cache: Path, limit: float) -> Iterator[Job]:
    """Yield all jobs.

    Parameters
    ----------
    works : list of Work
        Networks.
    flagship : bool
        Whether our largest model is built too; peers do not build it.
    cache : Path
        Where the environments of peers are kept.
    limit : float
        Seconds that a peer may take to generate, and Yosys to map what it made.
    """
    for work in works:
        for lanes in work.lanes:
            yield _our_job(work, f"folded, {lanes} lanes", Datapath(lanes=lanes))
        lanes = work.lanes[0]
        yield _our_job(work, f"folded, compact, {lanes} lanes", Datapath(lanes=lanes, compact=True))
        if work.inputs <= UNROLLED:
            yield _our_job(work, "unrolled", Datapath(unrolled=True))
        if work.inputs <= UNROLLED or work.sparse:
            yield _our_job(work, "unrolled, an image a clock", Datapath(unrolled=True, interval=1))
        for peer in PEERS:
            yield _peer_job(work, peer, cache, limit)
    if flagship:
        path = network_path(FLAGSHIP)
        pixels = accelgen.load_mnist(sample="only").pixels
        for compact in (False, True):
            datapath = chosen(path, {"compact": compact})
            form = f"folded, {'compact, ' * compact}{datapath.lanes} lanes"
            yield _measured(FLAGSHIP, form, accelgen.load(path), datapath, pixels)


def _our_job(work: Work, form: str, datapath: Datapath) -> Job:
    network = networks.build(work, datapath.lanes)
    pixels = networks.images(work, IMAGES)
    return _measured(work.name, form, network, datapath, pixels)


def _measured(work: str, form: str, network: Network, datapath: Datapath, pixels: np.ndarray) -> Job:
    return Job(
        work,
        OURS,
        form,
        lambda out: ours.measure(network, datapath, pixels, out),
        lambda: fingerprint(network, datapath),
    )


def _peer_job(work: Work, peer: Peer, cache: Path, limit: float) -> Job:
    network = networks.build(work, work.lanes[0])

    def measure(out: Path) -> dict:
        if peer.blind and not work.sparse:
            raise ToolError("it does not look at zeros: as for n8")
        images = networks.images(work, IMAGES)
        values = quantise_pixels(images, networks.INPUT_BITS)
        hardware = peer.generate(cache, networks.matrices(network) | {"pixels": values}, out, limit)
        verilog, top = out / "verilog.v", hardware["top"]
        figures = {"generation_s": hardware["seconds"]}
        if "signed" in hardware:  # a pipeline, which takes an image and gives a result with every clock
            shape = {"bits": networks.INPUT_BITS, "scores": network.classes, "signed": hardware["signed"]}
            answers = pipeline.played(verilog, top, values, **shape, out=out)
            latency = pipeline.latency(answers, run(network, images).scores)
            figures |= {"clocks": 1, "latency": latency, "checked": f"{IMAGES} images, bit for bit"}
        else:
            checked = "1 image, its own model" if hardware["verified"] else "its own bench fails"
            figures |= {"clocks": hardware["cycles"], "latency": hardware["cycles"], "checked": checked}
        try:
            return figures | {"area": areas(verilog, top, out, limit)}
        except ToolError as error:  # its clocks are worth knowing without its area
            return figures | {"not_mapped": str(error)}

    return Job(work.name, f"{peer.name} {peer.version}", peer.form, measure)


def done(job: Job, folder: Path) -> dict:
    """Return the row of a job; what goes wrong is its reason, never a crash of the others."""
    row = {"work": job.work, "tool": job.tool, "form": job.form}
    place = folder / f"{job.work} {job.tool} {job.form}".replace(",", "").replace(" ", "_")
    place.mkdir(parents=True, exist_ok=True)
    try:
        with at(job.tool):
            return row | job.measure(place)
    except (AccelgenError, OSError) as error:
        if job.tool == OURS:
            raise
        return row | {"not_run": str(error).removeprefix(f"{job.tool}: ")}
