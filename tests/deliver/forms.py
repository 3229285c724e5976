"""Hardware of every form, in a folder as it is delivered."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from accelgen.deliver.files import delivered
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.manifest import Manifest
from tests.tiny_networks import small_network, spiking_network, tiny_network

#: Network, options of its datapath, and how it is written.
FORMS = {
    "rom": (small_network(name="dense"), {}, {}),
    "keyword": (small_network(name="small"), {}, {"axi_names": True}),
    "hex": (small_network(name="dense"), {}, {"rom": "hex"}),
    "ram": (small_network(name="dense"), {"weights": "ram"}, {}),
    "unrolled": (tiny_network(), {"unrolled": True}, {}),
    "pipeline": (tiny_network(), {"unrolled": True, "interval": 1}, {}),
    "events": (spiking_network(), {"stream": "events", "early_stop": True}, {}),
    "axi-lite": (tiny_network(), {}, {"bus": "axi-lite"}),
    "plain wishbone": (tiny_network(), {}, {"bus": "wishbone"}),
    "wishbone": (small_network(name="dense"), {"weights": "ram"}, {"bus": "wishbone"}),
}


@cache
def _made(form: str) -> tuple[Manifest, dict[str, str | bytes]]:
    network, options, how = FORMS[form]
    made = generate(network, Datapath(**options), **how)
    manifest, texts = delivered(made.manifest)
    return manifest, {**made.files, **texts}


def manifest_of(form: str) -> Manifest:
    """Return the manifest of a form, with all that is delivered."""
    manifest, _ = _made(form)
    return replace(manifest, files=dict(manifest.files))


def written(form: str, folder: Path) -> Manifest:
    """Write a form as it is delivered, and return its manifest."""
    for name, content in _made(form)[1].items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return manifest_of(form)
