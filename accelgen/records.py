"""Dataclasses as values of JSON, and back: what comes from a file is checked against the annotations.

A field that is None is left out. A field may be text, a bool, an integer, a number, one of some words, a
dataclass, a tuple of any of these, a dict of text to them, or any of several of these.
"""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from accelgen.errors import AccelgenError, DataError, at
from accelgen.values import shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["read_record", "record"]

Record = TypeVar("Record", bound="DataclassInstance")

WORDS = {str: "text", bool: "true or false", int: "an integer", float: "a number"}


def record(thing: Any) -> Any:
    """Return a dataclass as a dict, tuples as lists, and everything else as it is."""
    if is_dataclass(thing):
        values = ((field.name, getattr(thing, field.name)) for field in fields(thing))
        return {name: record(value) for name, value in values if value is not None}
    if isinstance(thing, tuple | list):
        return [record(part) for part in thing]
    return {name: record(value) for name, value in thing.items()} if isinstance(thing, dict) else thing


def read_record(kind: type[Record], value: Any, wrong: type[AccelgenError] = DataError) -> Record:
    """Return the dataclass that `record` has made ``value`` of.

    Keys that are no fields are passed over, so that a file may hold more than is read here.

    Raises
    ------
    AccelgenError
        An error of type ``wrong``, if a field is missing or of another type; the message names it.
    """
    if not isinstance(value, dict):
        raise wrong(f"must be a table, not {shown(value)}")
    hints, values = typing.get_type_hints(kind), {}
    for field in fields(kind):
        if field.name in value:
            with at(field.name):
                values[field.name] = _read(hints[field.name], value[field.name], wrong)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise wrong(f"{field.name}: is missing")
    return kind(**values)


def _read(kind: Any, value: Any, wrong: type[AccelgenError]) -> Any:
    """Return a value as the annotation ``kind`` has it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _one_of(arguments, value, wrong)
    if origin is Literal:
        if value not in arguments or isinstance(value, bool):
            raise wrong(f"must be {' or '.join(map(repr, arguments))}, not {shown(value)}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise wrong(f"must be a list, not {shown(value)}")
        return tuple(_numbered(number, arguments[0], part, wrong) for number, part in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise wrong(f"must be a table, not {shown(value)}")
        return {name: _numbered(name, arguments[1], part, wrong) for name, part in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return read_record(kind, value, wrong)
    allowed = int | float if kind is float else kind
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        raise wrong(f"must be {WORDS[kind]}, not {shown(value)}")
    return value


def _numbered(place: object, kind: Any, value: Any, wrong: type[AccelgenError]) -> Any:
    with at(place):
        return _read(kind, value, wrong)


def _one_of(kinds: tuple, value: Any, wrong: type[AccelgenError]) -> Any:
    """Return a value as the first of some annotations that it fits, or raise the error of the last one."""
    *others, last = (kind for kind in kinds if kind is not type(None))
    for kind in others:
        try:
            return _read(kind, value, wrong)
        except AccelgenError:
            continue
    return _read(last, value, wrong)
