"""A model as the steps hand it on: its network file, read once, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelgen.data import DataSet, set_of
from accelgen.errors import InvalidOption
from accelgen.models import home, network_path
from accelgen.network import Network, load
from accelgen.rtl.datapath import Datapath
from accelgen.steps.hardware_file import chosen

__all__ = ["AnyModel", "Model", "model_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network that was read from its file.

    Attributes
    ----------
    path : Path
        The network file.
    network : Network
        What is in it.
    """

    path: Path
    network: Network

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.network.name

    @property
    def place(self) -> Path:
        """Where its network file is, and so what its own data are found from."""
        return self.path.parent

    @property
    def folder(self) -> Path:
        """Where what is made of it goes: ``rtl_out/<name>``."""
        return home() / "rtl_out" / self.name

    @property
    def data(self) -> DataSet | None:
        """The data set that it reads; None if there is none: see `set_of`."""
        return set_of(self.network)

    def datapath(self, *, cycles: int | None = None, **options) -> Datapath:
        """Return the options of its hardware: what was asked for, else ``hardware.toml``; see `chosen`.

        With ``cycles`` of an image, lanes of each layer of a pipeline are chosen: see `with_lanes_for`.
        """
        found = chosen(self.path, options, len(self.network.layers))
        if cycles is None:
            return found
        if not found.pipelined:
            raise InvalidOption("cycles of an image choose lanes of pipelined hardware, and this is none")
        if options.get("lanes") or options.get("layer_lanes"):
            raise InvalidOption("lanes or cycles of an image, not both: cycles choose the lanes")
        from accelgen.steps.pace import with_lanes_for

        found = with_lanes_for(self, found, cycles)
        if options.get("sums") not in (None, "auto") and 0 not in found.layer_lanes:
            raise InvalidOption(
                f"sums: are of unrolled layers, and {cycles} cycles of an image make none of {self.name}; "
                "leave out sums"
            )
        return found


#: What a step may be given: a name or a path, or a model that was read.
AnyModel = str | Path | Model


def model_of(model: AnyModel) -> Model:
    """Return the model that a name or a path stands for; one that was read already is not read again.

    Raises
    ------
    InvalidRequest
        If there is none, or its file cannot be read.
    InvalidNetwork
        If anything in the file breaks the contract.
    """
    if isinstance(model, Model):
        return model
    path = network_path(model)
    return Model(path, load(path))
