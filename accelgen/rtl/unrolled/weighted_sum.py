"""Sums of inputs times constant weights, as additions alone.

A weight is written in canonical signed digits, so that a product is one shifted copy of its input for each
digit that is not zero. Nothing is ever subtracted:

    -x 2**k = (~x) 2**k - (2**b - 1) 2**k

for an unsigned ``x`` of ``b`` bits, and what is left over joins the constant. So no summand has a sign to be
extended, and the additions of a sum are free to be compressed together by synthesis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amaranth.hdl import C, Cat, Value

from accelgen.network.widths import signed_bits

__all__ = ["signed_digits", "weighted_sum"]


def signed_digits(weight: int) -> Iterator[tuple[int, int]]:
    """Yield the canonical signed digits of ``weight`` as (sign, power), no two of them adjacent.

    They are the fewest that give the weight (Reitwiesner, 1960).
    """
    power = 0
    while weight:
        if weight & 1:
            sign = 2 - (weight & 3)  # 1 if the bit above is clear, -1 if it is set
            yield sign, power
            weight -= sign
        weight >>= 1
        power += 1


def weighted_sum(inputs: Sequence[Value], weights: Sequence[int], constant: int) -> Value:
    """Return ``constant + sum(weight * input)``, signed, as wide as its range needs.

    Parameters
    ----------
    inputs : sequence of Value
        Unsigned.
    weights : sequence of int
        One for each; zeros cost nothing.
    constant : int
        The bias.
    """
    terms, left_over, low, high = [], constant, constant, constant
    for x, weight in zip(inputs, weights, strict=True):
        top = (1 << len(x)) - 1
        low, high = low + min(weight, 0) * top, high + max(weight, 0) * top
        for sign, power in signed_digits(weight):
            terms.append(Cat(C(0, power), x if sign > 0 else ~x) if power or sign < 0 else x)
            left_over -= top << power if sign < 0 else 0
    width = signed_bits(low, high)
    total = _balanced([*terms, C(left_over % (1 << width), width)])
    return Cat(total, C(0, max(width - len(total), 0)))[:width].as_signed()


def _balanced(terms: list[Value]) -> Value:
    """Return the sum of unsigned ``terms``, pair by pair: a tree as shallow as it can be."""
    while len(terms) > 1:
        pairs = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[len(pairs) * 2 :]
    return terms[0]
