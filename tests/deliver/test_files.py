from dataclasses import replace

import pytest

from accelgen.deliver.files import KINDS, delivered
from accelgen.rtl.emit import generate
from accelgen.rtl.manifest import Manifest
from tests.deliver.forms import FORMS, manifest_of, written
from tests.tiny_networks import small_network


def test_no_two_kinds_have_one_name():
    assert len({kind.name for kind in KINDS}) == len({kind.file for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("form", FORMS)
def test_the_manifest_lists_every_file_that_there_is(form, tmp_path):
    manifest = written(form, tmp_path)
    assert sorted(manifest.files.values()) == sorted(path.name for path in tmp_path.iterdir())
    assert all(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_network_gives_the_same_texts_and_nothing_else_of_the_manifest_changes(form):
    network, _, how = FORMS[form]
    bare = generate(network, **how).manifest
    manifest, texts = delivered(bare)
    assert delivered(bare) == (manifest, texts)
    assert replace(manifest, files=bare.files) == bare
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_files_that_were_there_before_stay_in_the_list():
    bare = generate(small_network()).manifest
    manifest, texts = delivered(replace(bare, files=bare.files | {"bench": "small_tb.v"}))
    assert manifest.files["bench"] == "small_tb.v" and "small_tb.v" not in texts
    assert "small_tb.v" in texts["small.core"]


def test_what_software_needs_is_behind_a_bus_alone():
    software = {kind.name for kind in KINDS if kind.behind_bus}
    assert software <= set(manifest_of("wishbone").files) and not software & set(manifest_of("ram").files)
