import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.explore.points import grid
from accelgen.explore.results import is_results, read_results, results_folder
from accelgen.explore.store import Store
from tests.explore.drawn import measured, sweep

WIDE = "[axes]\nwidths = [[16], [24, 16]]\n"


@pytest.fixture
def folder(tmp_path):
    return measured(tmp_path / "tiny")


def test_a_folder_of_results_is_known_from_a_model(folder, tmp_path):
    assert is_results(folder) and is_results("sweeps/new.toml")
    assert not is_results("mnist_3b_8x") and not is_results(tmp_path)
    assert results_folder(f"{folder}.toml") == folder == results_folder(folder)


def test_results_are_read_with_the_sweep_they_are_of(folder):
    found = read_results(folder)
    assert found.sweep.name == "tiny" and len(found.rows) == 8 and len(found.cells) == 4
    assert found.failed == []


def test_points_of_an_earlier_form_of_the_file_are_left_out(folder):
    Store(folder, "tiny", sweep("[axes]\nweight_bits = [1]\ncompression = [1]\n").text).keep()
    assert len(read_results(folder).rows) == 1


@pytest.mark.parametrize("head", ["[axes]\nweight_bits = [1, 3]\n", WIDE])
def test_a_row_is_a_point_again(tmp_path, head):
    results = read_results(measured(tmp_path / "tiny", sweep(head)))
    assert [results.point(row).key for row in results.rows] == sorted(p.key for p in grid(results.sweep)[0])


def test_a_row_of_another_file_is_no_point(folder):
    results = read_results(folder)
    with pytest.raises(DataError, match="is not of the sweep file that is kept with it"):
        results.point(results.rows[0] | {"point": "0123"})


def test_without_results_there_is_nothing_to_read(tmp_path):
    with pytest.raises(InvalidRequest, match="nowhere: there are no results of a sweep$"):
        read_results(tmp_path / "nowhere")
