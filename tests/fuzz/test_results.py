"""Results of sweeps, as Parquet."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.explore.page import sweep_page
from accelgen.explore.plot import draw
from accelgen.explore.results import read_results
from accelgen.explore.store import RESULTS
from accelgen.explore.tables import markdown
from accelgen.report.page import render
from tests.explore.drawn import measured, sweep
from tests.fuzz.edits import ODD, damaged, few, value_or_sentence


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A results folder, and its file as a table."""
    folder = measured(
        tmp_path_factory.mktemp("fuzz") / "tiny", sweep("[axes]\nweight_bits = [1, 3]\nlanes = [4, 8]\n")
    )
    if not (folder / RESULTS).is_file():
        raise AssertionError("nothing to damage")
    return folder


def shown(folder):
    """Read results, and show them wherever they are shown."""
    found = read_results(folder)
    render(sweep_page(found)), markdown(found), draw(found)
    return found


@settings(few, max_examples=50)
@given(st.data())
def test_any_file_is_results_or_a_sentence(results, tmp_path, data):
    folder = tmp_path / "tiny"
    folder.mkdir(exist_ok=True)
    whole = (results / RESULTS).read_bytes()
    (folder / RESULTS).write_bytes(data.draw(damaged(whole)))
    value_or_sentence(shown, folder)


@settings(few, max_examples=50)
@given(st.data())
def test_rows_of_any_kind_are_results_or_a_sentence(results, tmp_path, data):
    folder = tmp_path / "tiny"
    folder.mkdir(exist_ok=True)
    table = pq.read_table(results / RESULTS)
    rows = table.to_pylist()
    for number, name, odd in data.draw(
        st.lists(
            st.tuples(st.integers(0, len(rows) - 1), st.sampled_from(table.column_names), ODD), max_size=2
        )
    ):
        rows[number][name] = odd
    columns = {}
    for name in table.column_names:
        values = [row[name] for row in rows]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowException, OverflowError, UnicodeError):
            columns[name] = pa.array([values[0]] * 0 + [None] * len(values))
    stream = io.BytesIO()
    pq.write_table(pa.table(columns).replace_schema_metadata(table.schema.metadata), stream)
    (folder / RESULTS).write_bytes(stream.getvalue())
    value_or_sentence(shown, folder)
