"""Rules: what becomes of the sums of the layer before."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest
from accelgen.network.fields import whole
from accelgen.network.integrator import Integrator
from accelgen.network.integrator import Scores as Membrane
from accelgen.network.spiking import MAX_LEAK, Integration, Reset
from accelgen.train.held import Held
from accelgen.train.quantise import floor_through
from accelgen.train.recipe_tables import SpikingChoice
from accelgen.train.rules import Requantiser, Rule, Scorer
from accelgen.train.spiking import Neurons

__all__ = ["LIF", "Count", "QuantReLU", "Scaled", "Scores"]


class Scaled(Rule):
    """A rule whose scales are chosen from the first sums that it sees in training, or by `calibrate`."""

    ready: Tensor

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.register_buffer("ready", torch.tensor(False))
        self._ready = Held()
        self.calibrating = False

    def _see(self, acc: Tensor) -> None:
        if self.calibrating or (self.training and not self._ready.of(self.ready)):
            if acc.numel() < 2 * self.features:
                raise InvalidRequest(f"{type(self).__name__} cannot choose scales from one sample: give more")
            with torch.no_grad():
                self.scale_to(acc)
                self.ready.fill_(True)
        elif not self._ready.of(self.ready):
            kind = type(self).__name__
            raise InvalidRequest(f"{kind} has no scales yet: train a step, or call accelgen.nn.calibrate")


class QuantReLU(Scaled, Requantiser):
    """Sums become unsigned activations of a few bits; the batch norm is in it.

    Takes and gives float[n, features], float[n, features, length] or float[n, features, height, width].

    Parameters
    ----------
    features : int
        Outputs, or output channels, of the layer before.
    bits : int
        Bits of an activation, 1 to 8.
    fill : float
        Share of the range that a standard deviation of the sums fills at the start.

    Raises
    ------
    InvalidOption
        If a number is out of its range.
    """

    def __init__(self, features: int, bits: int = 4, fill: float = 0.4):
        features = whole("features", features, 1, error=InvalidOption)
        super().__init__(features, whole("bits", bits, 1, 8, error=InvalidOption), fill)

    def forward(self, acc: Tensor) -> Tensor:
        """Return the activations of the sums ``acc``, of the same shape."""
        acc = acc.movedim(1, -1)
        self._see(acc)
        return self.activations(acc).movedim(-1, 1)

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        return f"{self.features}, bits={self.bits}"


class Scores(Scaled, Scorer):
    """The last rule: integer scores in evaluation; in training, the same on the scale of a loss.

    Takes float[n, features], or float[timesteps, n, features] of spiking networks, whose currents are added
    up, or integrated with a leak; see `accelgen.network.integrator`. Gives float[n, features].

    Parameters
    ----------
    features : int
        Scores of a sample.
    leak : int
        Of spiking networks: shift of the leak of the membranes that are read out, 0 (none) to 15.
    score : "last", "sum" or "max"
        Which of these membranes is the score: that at the end, all of them, or the highest.

    Raises
    ------
    InvalidOption
        If one is out of its range.
    """

    def __init__(self, features: int, *, leak: int = 0, score: Membrane = "last"):
        super().__init__(whole("features", features, 1, error=InvalidOption))
        self.readout: Integrator | None = None
        if leak or score != "last":
            try:
                self.readout = Integrator(leak, 1, score)
            except InvalidNetwork as error:
                raise InvalidOption(str(error)) from error

    def scale_to(self, acc: Tensor) -> None:
        """Choose the temperature of the loss; currents of all timesteps add up, or are integrated."""
        if self.readout:
            super().scale_to(self._integrated(acc, self.readout))
            return
        super().scale_to(acc)
        if acc.dim() == 3:
            self.log_scale.sub_(math.log(len(acc)))

    def forward(self, acc: Tensor) -> Tensor:
        """Return the scores of the sums ``acc``."""
        self._see(acc)
        scores = acc + self.bias()
        if self.readout:
            scores = self._integrated(scores, self.readout)
        elif acc.dim() == 3:
            scores = scores.sum(0)
        return self.logits(scores) if self.training else scores

    def _integrated(self, currents: Tensor, readout: Integrator) -> Tensor:
        """Return the scores of ``currents`` float[timesteps, n, features]."""
        if currents.dim() != 3:
            raise InvalidRequest("Scores: leak and score are of spiking networks, whose sums have timesteps")
        membranes = [currents[0]]
        for current in currents[1:]:
            left = membranes[-1]
            if readout.leak:
                left = left - floor_through(left * 2.0**-readout.leak)
            membranes.append(left + current)
        if readout.score == "last":
            return membranes[-1]
        every = torch.stack(membranes)
        return every.sum(0) if readout.score == "sum" else every.amax(0)

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        rule = self.readout
        return f"{self.features}" + (f", leak={rule.leak}, score={rule.score!r}" if rule else "")


class LIF(Scaled, Neurons):
    """Currents become spikes: neurons that leak, integrate and fire.

    Takes and gives float[timesteps, n, features]; see `accelgen.network.spiking` for the equations.

    Parameters
    ----------
    features : int
        Neurons.
    integration : "continuous" or "discontinuous"
        Whether a membrane lives on from one timestep to the next.
    leak : int
        Shift of the leak, 0 (none) to 15.
    reset : "subtract" or "zero"
        What a spike does to the membrane.
    synapse : int
        Shift of the leak of currents, 1 to 15, which last for more than a timestep then; else 0. See
        `accelgen.network.synapse`.

    Raises
    ------
    InvalidOption
        If one is out of its range, or currents last where membranes do not.
    """

    def __init__(
        self,
        features: int,
        *,
        integration: Integration = "continuous",
        leak: int = 0,
        reset: Reset = "subtract",
        synapse: int = 0,
    ):
        choice = SpikingChoice(integration, leak=leak, reset=reset)
        if problems := choice.problems():
            raise InvalidOption("; ".join(problems))
        synapse = whole("synapse", synapse, 0, MAX_LEAK, error=InvalidOption)
        if synapse and not choice.continuous:
            raise InvalidOption("synapse: a current that lasts needs continuous integration")
        super().__init__(whole("features", features, 1, error=InvalidOption), choice, synapse)

    def forward(self, currents: Tensor) -> Tensor:
        """Return the spikes of ``currents``, of the same shape."""
        self._see(currents)
        return self.spikes(currents)

    def extra_repr(self) -> str:
        """Return what is printed of it."""
        choice = self.choice
        said = f"{self.features}, integration={choice.integration!r}, leak={choice.leak}"
        return f"{said}, reset={choice.reset!r}" + (f", synapse={self.synapse}" if self.synapse else "")


class Count(nn.Module):
    """The end of a network that counts the spikes of its last neurons, float[timesteps, n, features]."""

    def __init__(self) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(5.0)))

    def forward(self, spikes: Tensor) -> Tensor:
        """Return the counts float[n, features]; in training, on the scale of a loss."""
        counts = spikes.sum(0)
        return counts * self.log_scale.exp() if self.training else counts
