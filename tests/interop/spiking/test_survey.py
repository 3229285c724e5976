import io

import pytest

from accelgen.errors import DataError
from accelgen.interop import export_nir
from accelgen.interop.spiking.survey import DEEPEST, MOST_PARTS, survey
from tests.tiny_networks import tiny_spiking_network

h5py = pytest.importorskip("h5py")
pytest.importorskip("nir")


def refused(tmp_path, build, message):
    path = tmp_path / "a.nir"
    with h5py.File(path, "w") as file:
        build(file)
    with pytest.raises(DataError, match=message):
        survey(path)


def test_a_stream_stays_where_it_is():
    content = io.BytesIO(export_nir(tiny_spiking_network()))
    survey(content)
    assert content.tell() == 0


def test_what_is_declared_is_counted_and_not_read(tmp_path):
    def declared(file):
        file.create_dataset("a", shape=(1 << 24,), dtype="f4")
        file.create_dataset("b/c", shape=(1 << 20, 1 << 20), dtype="f4", chunks=True)

    refused(tmp_path, declared, "holds 1,099,5.* numbers or more, and at most 33,554,432 are read")


def test_a_group_in_itself_comes_to_an_end(tmp_path):
    def loop(file):
        file["a/b"] = 1
        file["a/a"] = file["a"]

    refused(tmp_path, loop, f"or groups more than {DEEPEST} deep")


def test_too_many_parts_are_refused(tmp_path):
    def many(file):
        for number in range(MOST_PARTS + 1):
            file.create_group(str(number))

    refused(tmp_path, many, f"holds more than {MOST_PARTS:,} parts")


def test_other_files_are_not_read(tmp_path):
    (tmp_path / "raw").write_bytes(bytes(64))
    for link in (h5py.SoftLink("/b"), h5py.ExternalLink("other.h5", "/b")):
        refused(tmp_path, lambda file, link=link: file.__setitem__("a", link), "a: is a link")

    def external(file):
        file.create_dataset("a", shape=(4,), dtype="f4", external=[(str(tmp_path / "raw"), 0, 16)])

    refused(tmp_path, external, "a: lies in another file, which is not read")
