"""What is left out: neurons that nobody reads, and inputs of a layer that none of its neurons reads.

Neurons that are the same whatever enters are no inputs any more when this runs (see `convert`), so nobody
reads them. One pass from the last layer back leaves nothing: a layer is looked at when all that read it have
lost what they do not need.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.interop.layers import IntegerLayer

__all__ = ["without_unread"]


def without_unread(layers: list[IntegerLayer]) -> tuple[IntegerLayer, ...]:
    """Return the layers without outputs that nobody reads, from the last one back."""
    kept = [layers[-1]]
    for layer in reversed(layers[:-1]):
        after = kept[0]
        if layer.window is not None or after.window is not None:
            kept.insert(0, layer)
            continue
        wanted = np.asarray(after.weights.any(axis=0))
        wanted[0] |= not wanted.any()  # a layer reads something
        after = replace(after, weights=after.weights[:, wanted], reads=after.reads[wanted])
        outputs = np.unique(after.reads)
        position = {int(place): number for number, place in enumerate(outputs)}
        kept[0] = replace(after, reads=np.array([position[int(place)] for place in after.reads]))
        kept.insert(
            0,
            replace(
                layer,
                weights=layer.weights[outputs],
                stairs=[layer.stairs[int(place)] for place in outputs],
                gives=layer.gives[outputs],
                shape=(len(outputs),),
            ),
        )
    return tuple(kept)
