"""A spiking network as NIR, which frameworks of spiking neurons read.

NIR has continuous time and real numbers, and a step of length dt makes of it, as frameworks do it,

    v = v + dt / tau * (v_leak - v + r * i)      of a LIF node
    v = v + dt * r * i                           of an IF or I node
    j = j + dt / tau_syn * (w_in * i - j)        of a CubaLIF node, whose v takes j for i

so ``r = tau / dt``, or ``r = 1 / dt``, and ``w_in = tau_syn / dt`` leave the integers of ours. Fire units of
NIR fire where v is *above* the threshold, ours where it has reached it: a file says ``threshold - 1/32``. A
framework that subtracts that number from a membrane has 1/32 more after each spike, in 16 timesteps half a
unit at most: it fires at the same integers.

What NIR has no words for stands in metadata, which `accelgen import` reads: dt, the reset by subtraction,
which membrane of a readout is the score, and that our leak rounds down, ``v - floor(v * multiplier /
2**leak)``, where real numbers do not. Networks with a leak are therefore the same in frameworks but for that
rounding; all others spike for spike.
"""

from __future__ import annotations

import io
import json

import numpy as np

from accelgen.errors import InvalidNetwork, InvalidOption, InvalidRequest, at
from accelgen.interop.export.facts import facts_of
from accelgen.network import EventInput, Integrator, Network, Neuron
from accelgen.network.fields import check_type
from accelgen.network.layer import Layer
from accelgen.network.widths import accumulator_bits, membrane_sum_bits

__all__ = ["BELOW", "export_nir"]

#: How far below ours a threshold is.
BELOW = 1 / 32
#: Bits of a membrane beside which float32 holds that part.
MOST_BITS = 19
#: What a threshold and the weights of a neuron add up to at most: rounding is less than that part then.
MOST = 1 << 16

LEAKING_DT = 1e-4
SHORTEST, LONGEST = 1e-12, 1e6

F = np.float32


def export_nir(network: Network, dt: float | None = None) -> bytes:
    """Return a NIR file of a spiking network.

    Its input are spikes, of a network of events [polarities, height, width], else [inputs]. Its output are
    the spikes of the last layer, or, where that reads out membranes, those of a node I, or LI if they leak.

    Parameters
    ----------
    network : Network
        A network of spiking layers.
    dt : float, optional
        Seconds of a timestep: 1e-4, that of snnTorch, by default; 1 where no neuron leaks, for frameworks
        that read an IF node count steps, and take r to be 1.

    Raises
    ------
    InvalidRequest
        If it does not spike.
    InvalidNetwork
        If a membrane needs more than 19 bits, or weights and threshold are too large together; or if a
        current lasts and its membrane does not leak.
    InvalidOption
        If ``dt`` is not above zero.
    """
    import nir

    check_type("network", network, Network)
    if not network.spiking:
        raise InvalidRequest(f"{network.name} does not spike: formats onnx and qonnx are for it")
    if dt is None:
        dt = LEAKING_DT if any(_leaks(network)) else 1.0
    check_dt(dt)
    entering = network.input
    shape: tuple[int, ...] = (entering.inputs,)
    if isinstance(entering, EventInput):
        shape = (entering.polarities, entering.height, entering.width)
    nodes: dict = {"input": nir.Input(input_type=np.array(shape))}
    if len(shape) > 1:
        nodes["flatten"] = nir.Flatten(input_type=np.array(shape), start_dim=0, end_dim=-1)
    for number, layer in enumerate(network.layers):
        bits = max(accumulator_bits(layer, 1), membrane_sum_bits(layer))
        if bits > MOST_BITS:
            raise InvalidNetwork(
                f"layer {number} ({layer.name}): membranes need {bits} bits, and beside more than "
                f"{MOST_BITS} float32 has no room for a part of one"
            )
        reach = np.abs(layer.weights.dense()).sum(axis=1).max() + getattr(layer.rule, "threshold", 0)
        if reach > MOST:
            raise InvalidNetwork(
                f"layer {number} ({layer.name}): weights and threshold add up to {reach:,}, and beside more "
                f"than {MOST:,} float32 cannot tell which is larger"
            )
        weights = layer.weights.dense().astype(F)
        nodes[f"{number}_weights"] = nir.Affine(weights, layer.bias.astype(F), metadata={"name": layer.name})
        with at(f"layer {number} ({layer.name})"):
            nodes[f"{number}_neurons"] = _neurons(layer, network.readout, dt)
    nodes["output"] = nir.Output(output_type=np.array([network.classes]))
    names = list(nodes)
    facts = facts_of(network)
    encoder = getattr(entering, "encoder", None)
    facts |= {"dt": json.dumps(dt)} | ({"encoder": encoder} if encoder else {})
    graph = nir.NIRGraph(nodes, list(zip(names, names[1:], strict=False)), metadata=facts, type_check=False)
    content = io.BytesIO()
    nir.write(content, graph)
    return content.getvalue()


def check_dt(dt: float) -> None:
    """Raise `InvalidOption` unless ``dt`` is a time of a timestep: a picosecond to eleven days."""
    if not (np.isfinite(dt) and dt > 0):
        raise InvalidOption(f"dt must be seconds above zero, not {dt}")
    if not SHORTEST <= dt <= LONGEST:
        raise InvalidOption(f"dt must be {SHORTEST:g} to {LONGEST:g} seconds, not {dt:g}")


def _leaks(network: Network) -> list[int]:
    """Return the leaks of all layers, and that of the readout."""
    return [getattr(part, "leak", 0) for part in (*(layer.rule for layer in network.layers), network.readout)]


def _neurons(layer: Layer, readout: Integrator | None, dt: float):
    """Return the node that makes spikes, or membranes that are read out, of the currents of a layer."""
    import nir

    def each(value: float) -> np.ndarray:
        return np.full(layer.outputs, value, F)

    rule = layer.rule
    if not isinstance(rule, Neuron):
        said: dict[str, str] = {"scores": readout.score} if readout else {}
        if readout is None or not readout.leak:
            return nir.I(r=each(1 / dt), metadata=said)
        ratio = 2.0**readout.leak / readout.multiplier
        said |= {"leak_rounds": "down"}
        return nir.LI(tau=each(dt * ratio), r=each(ratio), v_leak=each(0), metadata=said)
    threshold = each(rule.threshold - BELOW)
    if not rule.continuous:
        return nir.Threshold(threshold)
    facts = {"reset": "zero" if rule.reset == "zero" else "subtract-delayed"}
    if rule.synapse and not rule.leak:
        raise InvalidNetwork("its current lasts and its membrane does not leak, and NIR has no such neuron")
    if not rule.leak:
        return nir.IF(r=each(1 / dt), v_threshold=threshold, v_reset=each(0), metadata=facts)
    ratio = 2.0**rule.leak / rule.multiplier
    fires = {"r": each(ratio), "v_leak": each(0), "v_threshold": threshold, "v_reset": each(0)}
    facts |= {"leak_rounds": "down"}
    if rule.synapse:
        lasts = 2.0**rule.synapse.leak / rule.synapse.multiplier
        taus = {"tau_syn": each(dt * lasts), "tau_mem": each(dt * ratio)}
        return nir.CubaLIF(**taus, w_in=each(lasts), **fires, metadata=facts)
    return nir.LIF(tau=each(dt * ratio), **fires, metadata=facts)
