"""Graphs of NIR made by hand, without a file."""

import numpy as np

from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.read import Unit, Units

DT = 1e-4


def unit(name, op, **values):
    facts = values.pop("facts", {})
    kept = {key: value if key == "shape" else np.asarray(value, np.float64) for key, value in values.items()}
    return Unit(name, op, kept, facts)


def affine(name, weight, bias=None):
    weight = np.asarray(weight, np.float64)
    return unit(name, "Affine", weight=weight, bias=np.zeros(len(weight)) if bias is None else bias)


def fires(name, size, threshold, **facts):
    """Return IF neurons with a gain of 1 in a timestep of DT."""
    each = np.ones(size)
    return unit(name, "IF", r=each / DT, v_threshold=each * threshold, v_reset=each * 0, facts=facts)


def leaks(name, size, threshold, shift, *, gain=1.0, tau=None, rest=0.0, **facts):
    """Return LIF neurons of which a timestep takes ``2**-shift`` away."""
    each = np.ones(size)
    tau = DT * 2.0**shift if tau is None else tau
    values = {"tau": each * tau, "r": each * gain * tau / DT, "v_leak": each * rest}
    return unit(name, "LIF", **values, v_threshold=each * threshold, v_reset=each * 0, facts=facts)


def membranes(name, size, shift, *, gain=1.0, tau=None, rest=0.0, **facts):
    """Return LI neurons of which a timestep takes ``2**-shift`` away."""
    lif = leaks(name, size, 1, shift, gain=gain, tau=tau, rest=rest)
    return unit(name, "LI", **{key: lif.values[key] for key in ("tau", "r", "v_leak")}, facts=facts)


def cuba(name, size, threshold, shift, *, tau_syn=DT, w_in=1.0, rest=0.0, **facts):
    """Return CubaLIF neurons: LIF ones with a current of ``tau_syn`` between."""
    lif = leaks(name, size, threshold, shift, rest=rest)
    values = {("tau_mem" if key == "tau" else key): value for key, value in lif.values.items()}
    each = np.ones(size)
    return unit(name, "CubaLIF", **values, tau_syn=each * tau_syn, w_in=each * w_in, facts=facts)


def chained(*nodes, shape, facts=None):
    """Return nodes one after the other, an Input before and an Output behind them."""
    every = [unit("input", "Input", shape=shape), *nodes, unit("output", "Output")]
    names = [node.name for node in every]
    pairs = tuple(zip(names, names[1:], strict=False))
    return Units({node.name: node for node in every}, pairs, facts or {})


def stages(*nodes, inputs, reset=None, scores=None):
    """Return the stages of such a graph, all of whose nodes are taken."""
    chain = find_spiking_chain(chained(*nodes, shape=(inputs,)), reset, scores)
    assert not chain.refused, chain.refused
    return chain.stages
