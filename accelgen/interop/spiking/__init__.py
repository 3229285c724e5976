"""NIR: spiking networks of other frameworks, in continuous time.

::

    file ─► nodes and edges ─► chain (weights, then neurons) ─► layers of integers ─► what they lose, measured
"""
