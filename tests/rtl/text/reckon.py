"""What a value is, by its definition, for given values of nets."""

from accelgen.rtl.text.values import Bits, Cat, Ref

SIGNED = {"s<", "s<=", "s>", "s>="}


def reckoned(value, nets):
    """Return the number that ``value`` is while each net is what ``nets`` says."""
    if isinstance(value, Bits):
        return int(value.text or "0", 2)
    if isinstance(value, Ref):
        return nets[value.net.name] >> value.low & (1 << value.width) - 1
    if isinstance(value, Cat):
        found, at = 0, 0
        for one in value.parts:
            found |= reckoned(one, nets) << at
            at += one.width
        return found
    args = [reckoned(one, nets) for one in value.args]
    widths = [one.width for one in value.args]
    return _done(value.kind, args, widths, value.width) % (1 << value.width)


def _done(kind, args, widths, width):
    if kind == "?":
        assert widths == [1, width, width]
        return args[1] if args[0] else args[2]
    if kind in ("any", "all", "parity"):
        return {
            "any": args[0] > 0,
            "all": args[0] == (1 << widths[0]) - 1,
            "parity": args[0].bit_count() % 2,
        }[kind]
    if kind in ("~", "negative"):
        assert widths == [width]
        return ~args[0] if kind == "~" else -args[0]
    a, b = args
    if kind in ("<<", ">>", ">>>"):
        assert widths[0] == width
        return a << b if kind == "<<" else (_signed(a, width) if kind == ">>>" else a) >> b
    assert widths[0] == widths[1], "Verilog would stretch an operand"
    if kind in ("+", "-", "*", "&", "|", "^"):
        assert widths[0] == width
        return {"+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b}[kind]
    if kind in SIGNED:
        a, b, kind = _signed(a, widths[0]), _signed(b, widths[0]), kind[1:]
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[kind]


def _signed(number, width):
    return number - (1 << width) if number >> (width - 1) else number
