from dataclasses import replace

import pytest

from accelgen.errors import InvalidRequest
from accelgen.flows import fpga as flow
from accelgen.network import load, save
from accelgen.steps import fpga
from accelgen.steps import load as load_step


@pytest.fixture
def loader(home, monkeypatch):
    monkeypatch.setattr(flow, "load", lambda path, name: f"{path.relative_to(home)} to {name}")


def test_a_bitstream_is_loaded_from_where_it_was_built(home, stand_in, loader):
    fpga("small", board="ulx3s_85f")
    loaded = load_step("small", board="ulx3s_85f")
    assert loaded.said == "rtl_out/small/ulx3s_85f/top.bit to ulx3s"
    assert list(loaded.to_json()) == ["name", "board", "bitstream", "said"]
    # A build goes by the name of its network, wherever the file is and whatever its folder is called.
    elsewhere = home / "elsewhere" / "network.safetensors"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes((home / "models" / "small" / "network.safetensors").read_bytes())
    assert load_step(str(elsewhere), board="ulx3s_85f").said == loaded.said


def test_only_a_whole_build_of_this_network_for_this_board_is_loaded(home, stand_in, loader, monkeypatch):
    folder = home / "rtl_out" / "small" / "ulx3s_85f"
    fpga("small", board="ulx3s_85f")
    (folder / "top.bin").write_bytes(b"bits")
    with pytest.raises(
        InvalidRequest, match=r"build\.json: is of a build for ulx3s_85f, not for icebreaker$"
    ):
        load_step("small", board="icebreaker", out=folder)
    # Another network of the same name: what was trained again since, or somebody else's.
    file = home / "models" / "small" / "network.safetensors"
    before, network = file.read_bytes(), load(file)
    save(replace(network, provenance={"seed": 1}), file)
    with pytest.raises(InvalidRequest, match=r"is of a build of another network than small is now"):
        load_step("small", board="ulx3s_85f")
    file.write_bytes(before)
    assert load_step("small", board="ulx3s_85f").name == "small"

    def cut_off(*rest, **how):
        raise KeyboardInterrupt

    monkeypatch.setattr(flow, "bitstream", cut_off)
    with pytest.raises(KeyboardInterrupt):
        fpga("small", board="ulx3s_85f")
    with pytest.raises(InvalidRequest, match=r"build\.json is not there: the build was cut off"):
        load_step("small", board="ulx3s_85f")
