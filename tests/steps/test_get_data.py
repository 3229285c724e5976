import pytest

from accelgen import steps
from accelgen.data.public import PUBLIC
from accelgen.errors import InvalidRequest
from tests.data.test_public import served, wine


def test_a_set_is_fetched_where_data_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setitem(PUBLIC, "wine", served(tmp_path / "home", "wine", wine_data=wine()))
    said = []
    found = steps.get_data("wine", to=tmp_path, say=said.append)
    assert said == ["Wine: licence CC BY 4.0; https://doi.org/10.24432/C5PC7J"]
    assert found.fetched and found.size > 5000 and found.use == f'path = "{tmp_path / "wine"}"'
    monkeypatch.setenv("ACCELGEN_DATA", str(tmp_path))
    again = steps.get_data("wine")
    assert not again.fetched and again.to_json()["written"] == str(tmp_path / "wine")


def test_sets_are_listed_with_what_is_there(tmp_path):
    (tmp_path / "iris").mkdir()
    found = steps.list_public(to=tmp_path)
    there = {entry.name for entry in found.sets if entry.there}
    assert there == {"iris"} and found.place == tmp_path and len(found.sets) == len(PUBLIC)
    with pytest.raises(InvalidRequest, match="no data set 'x' is fetched: there are mnist"):
        steps.get_data("x")
