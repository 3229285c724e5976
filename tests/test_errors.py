import pytest

from accelgen.errors import AccelgenError, InvalidNetwork, at, suggest


def test_places_add_up_from_the_inside_out():
    with pytest.raises(InvalidNetwork, match="^file: layer 1: index is wrong$"), at("file"), at("layer 1"):
        raise InvalidNetwork("index is wrong")


def test_other_errors_pass_untouched():
    with pytest.raises(KeyError, match="^'x'$"), at("file"):
        raise KeyError("x")


def test_there_is_one_tree():
    assert issubclass(InvalidNetwork, AccelgenError)


def test_a_name_that_is_nearly_right_comes_with_the_right_one():
    assert suggest("lane", ["lanes", "weights"]) == "did you mean 'lanes'?"
    assert suggest("zzz", ["lanes", "weights"]) == suggest("lane", []) == ""
