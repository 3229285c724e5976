import errno
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from accelgen.cli.commands import COMMANDS
from accelgen.network import load, save
from tests.stand_ins import simulation
from tests.tiny_networks import mnist_network


def test_list_names_the_models(accelgen):
    code, out, _ = accelgen("list", "--json")
    assert code == 0
    assert json.loads(out)["models"] == [{"name": "small", "trained": True, "accuracy": None}]


def test_info_counts_every_stored_bit(accelgen):
    code, out, _ = accelgen("info", "small", "--json")
    found = json.loads(out)
    assert (
        code == 0
        and found["compression"] > 1
        and [layer["outputs"] for layer in found["layers"]] == [24, 16, 5]
    )
    stored = found["stored_bits"]
    assert (
        stored.pop("total")
        == sum(stored.values())
        == sum(layer["stored_bits"]["total"] for layer in found["layers"])
    )


def test_rtl_writes_verilog_and_its_manifest(accelgen, models):
    code, out, _ = accelgen("rtl", "small", "--lanes", 4, "--json")
    found = json.loads(out)
    assert code == 0
    folder = models / "rtl_out" / "small"
    assert found["verilog"] == str(folder / "small.v") and found["manifest"] == str(folder / "manifest.json")
    assert re.search(r"^module .?small\b", (folder / "small.v").read_text(), re.MULTILINE)
    assert json.loads((folder / "manifest.json").read_text())["lanes"] == 4


def test_rtl_can_be_unrolled(accelgen, models):
    code, out, _ = accelgen("rtl", "small", "--unrolled", "--json")
    assert code == 0 and json.loads(out)["unrolled"] and "lanes" not in json.loads(out)
    code, out, _ = accelgen("rtl", "small", "--unrolled")
    assert code == 0 and "none: every weight has its own gates" in out
    code, _, err = accelgen("rtl", "small", "--unrolled", "--weights", "ram")
    assert code == 2 and err.startswith("accelgen: unrolled hardware has its weights in its gates")


def test_rtl_can_be_a_pipeline(accelgen, models):
    code, out, _ = accelgen(
        "rtl", "small", "--unrolled", "--interval", "1", "--stages", "5", "--sums", "chains", "--json"
    )
    found = json.loads(out)
    assert code == 0 and (found["interval"], found["stages"], found["sums"]) == (1, 5, "chains")
    code, _, err = accelgen("rtl", "small", "--interval", "1")
    assert code == 2 and err.startswith("accelgen: interval: is of unrolled hardware, and this is folded")


def test_rtl_can_be_behind_a_bus(accelgen, models):
    code, out, _ = accelgen("rtl", "small", "--bus", "axi-lite")
    assert code == 0 and "a driver in small.c" in out
    assert (
        json.loads((models / "rtl_out" / "small" / "manifest.json").read_text())["bus"]["bus"] == "axi-lite"
    )
    code, _, err = accelgen("rtl", "small", "--bus", "ahb")
    assert code == 2 and "'axi-lite', 'wishbone'" in err


def test_asic_writes_a_project_and_says_how_it_is_run(accelgen, models):
    code, out, err = accelgen("asic", "small", "--lanes", 4, "--clock", 125, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "") and found["clock_mhz"] == 125
    folder = models / "rtl_out" / "small" / "orfs_nangate45"
    assert (folder / "config.mk").is_file() and found["run"][0] == f"cd {folder}"
    code, out, _ = accelgen("asic", "small", "--platform", "sky130hd", "--out", models / "here")
    assert code == 0 and "docker_shell make DESIGN_CONFIG=" in out and "50 MHz" in out


def test_a_flow_without_the_platform_is_one_sentence(accelgen, models):
    code, out, err = accelgen("asic", "small", "--flow", "librelane", "--platform", "nangate45")
    assert (code, out) == (2, "")
    assert err == "accelgen: nangate45 is no PDK of LibreLane: use --platform sky130hd, or --flow orfs\n"
    assert not (models / "rtl_out").exists()


def test_a_network_file_is_a_model_too(accelgen, models):
    code, out, _ = accelgen("info", models / "models" / "small" / "network.safetensors", "--json")
    assert code == 0 and json.loads(out)["name"] == "small"


@pytest.mark.parametrize("command", ["info", "eval", "rtl", "sim", "synth", "asic", "train", "card"])
def test_an_unknown_model_is_one_sentence_and_exit_code_2(accelgen, command):
    code, out, err = accelgen(command, "smal")
    assert (code, out) == (2, "")
    assert err == "accelgen: there is no model 'smal': did you mean 'small'?\n"


def test_a_folder_that_cannot_be_written_is_named(accelgen, models):
    (models / "taken").write_text("a file")
    code, _, err = accelgen("rtl", "small", "--out", models / "taken" / "here")
    assert code == 2 and err.startswith(f"accelgen: {models / 'taken' / 'here'}: cannot be written: ")


def test_a_damaged_network_file_is_named(accelgen, models):
    path = models / "models" / "small" / "network.safetensors"
    path.write_bytes(path.read_bytes()[:-7])
    code, _, err = accelgen("rtl", "small")
    assert code == 2 and err.startswith(f"accelgen: {path}: ") and err.count("\n") == 1
    assert not (models / "rtl_out" / "small").exists()


@pytest.mark.parametrize("lanes", [0, -4, 257])
def test_lanes_out_of_range_are_refused(accelgen, lanes):
    code, _, err = accelgen("rtl", "small", "--lanes", lanes)
    assert code == 2 and err == f"accelgen: lanes must be an integer of 1 to 256, not {lanes}\n"


def test_a_named_data_folder_without_data_is_an_error(accelgen, models):
    (models / "models" / "digits").mkdir()
    save(mnist_network(), models / "models" / "digits" / "network.safetensors")
    code, _, err = accelgen("eval", "digits", "--data", models)
    assert code == 2 and err.startswith(f"accelgen: {models / 'mnist'}: ")


def test_no_image_is_not_a_simulation(accelgen):
    assert accelgen("sim", "small", "--images", 0)[0] == 2


def test_liberty_needs_its_file(accelgen, models):
    assert accelgen("synth", "small", "--target", "liberty")[0] == 2
    missing = models / "cells.lib"
    code, _, err = accelgen("synth", "small", "--target", "liberty", "--liberty", missing)
    assert code == 2 and str(missing) in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "mistake",
    [
        ["info"],
        ["rtl", "small", "--weights", "flash"],
        ["nothing"],
        ["synth", "small", "--target", "asic"],
        ["fpga"],
        ["fpga", "small"],
    ],
)
def test_wrong_usage_is_exit_code_2(accelgen, mistake):
    code, out, err = accelgen(*mistake)
    assert (code, out) == (2, "") and "Usage:" in err


@pytest.mark.parametrize(("mismatches", "expected"), [(0, 0), (3, 1)])
def test_sim_fails_if_one_score_differs(accelgen, monkeypatch, mismatches, expected):
    played = simulation(images=9, mismatches=mismatches)
    monkeypatch.setattr("accelgen.steps.sim", lambda model, **options: played)
    code, out, _ = accelgen("sim", "small", "--json")
    assert code == expected and json.loads(out) == played.to_json()
    verdict = "DIFFERENT" if mismatches else "EQUAL"
    assert f"small in verilator: {verdict}" in accelgen("sim", "small")[1]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_teaches_by_an_example(accelgen, command):
    code, out, _ = accelgen(command.name, "--help")
    assert code == 0 and f"accelgen {command.name}" in out.partition("Example:")[2]


def test_the_example_of_info_runs_on_the_shipped_model(accelgen, monkeypatch):
    monkeypatch.delenv("ACCELGEN_HOME")
    code, out, _ = accelgen("info", "mnist_3b_8x")
    assert code == 0 and "8x" in out


@pytest.mark.parametrize("arguments", [["list"], ["info", "small"], ["rtl", "small"], ["fpga", "--list"]])
def test_tables_are_for_people(accelgen, arguments):
    code, out, err = accelgen(*arguments)
    assert code == 0 and "small" in out and "{" not in out and err == ""


def test_the_module_is_the_program(models):
    done = subprocess.run(
        [sys.executable, "-m", "accelgen", "list", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["models"][0]["name"] == "small"


def test_the_small_model_is_what_was_saved(models):
    assert load(models / "models" / "small" / "network.safetensors").name == "small"


def test_where_models_were_looked_for_is_said_if_there_are_none(accelgen, tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(empty := tmp_path / "empty"))
    empty.mkdir()
    for command in (["list"], ["fpga", "--list"]):
        code, out, _ = accelgen(*command)
        assert code == 0
        assert out == f"there are no models in {empty}/models (ACCELGEN_HOME names another home)\n"
    assert json.loads(accelgen("list", "--json")[1]) == {"models": [], "folders": [f"{empty}/models"]}
    monkeypatch.setenv("ACCELGEN_HOME", str(empty / "nowhere"))
    assert accelgen("list") == (2, "", f"accelgen: ACCELGEN_HOME: there is no folder {empty}/nowhere\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["rtl", "small", "--out", ""],
        ["sim", "small", "--data", ""],
        ["synth", "small", "--liberty", ""],
        ["power", "small", "--liberty", "cells.lib", "--macros", ""],
        ["fpga", "small", "--board", "icebreaker", "--out", ""],
        ["host", "small", "--picture", ""],
        ["sweep", ""],
    ],
)
def test_an_empty_path_is_refused(accelgen, models, monkeypatch, arguments):
    monkeypatch.chdir(models)
    before = sorted(models.iterdir())
    code, out, err = accelgen(*arguments)
    assert code == 2 and not out and "must name something, and is empty" in err
    assert sorted(models.iterdir()) == before


def test_a_file_of_another_kind_is_no_model(accelgen, models, monkeypatch):
    monkeypatch.chdir(models)
    (models / "model.onnx").touch()
    code, _, err = accelgen("rtl", "model.onnx")
    assert code == 2 and err.startswith("accelgen: model.onnx: a network is read from a .safetensors file")


@pytest.fixture
def full_disk(monkeypatch):
    """Nothing can be written to a file any more."""

    def no_room(*arguments, **how):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(handle, data, plain=os.write):
        return no_room() if stat.S_ISREG(os.fstat(handle).st_mode) else plain(handle, data)

    monkeypatch.setattr(os, "write", write)
    monkeypatch.setattr(Path, "write_text", no_room)
    monkeypatch.setattr(Path, "write_bytes", no_room)


@pytest.mark.parametrize(
    "arguments",
    [("rtl", "small"), ("asic", "small"), ("synth", "small"), ("fpga", "small", "--board", "ulx3s_85f")],
    ids=lambda arguments: arguments[0],
)
def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(accelgen, models, full_disk, arguments):
    code, out, err = accelgen(*arguments)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"accelgen: \S+/rtl_out/small\S*: cannot be written: No space left on device\n", err)
    files = [path.name for path in models.rglob("*") if path.is_file()]
    assert files == ["network.safetensors"], "neither locks nor parts are left"


@pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("info", "small")])
def test_output_that_cannot_be_written_is_one_sentence(models, arguments):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "accelgen", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"accelgen: a file cannot be written or read: No space left on device\n"


def test_whoever_reads_the_output_may_go(models):
    for _ in range(2):
        done = subprocess.run(
            f"{sys.executable} -m accelgen list --json | true", shell=True, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_kept_is_shown(accelgen, programs):
    code, out, _ = accelgen("cache")
    assert code == 0 and str(programs.parent.name) in out.replace("\n", "") and "MB" in out


def test_a_word_of_any_length_does_not_fill_the_screen(accelgen, models):
    (models / "models" / "small" / "hardware.toml").write_text(f"lanes = '{'x' * 100_000}'\n")
    code, _, err = accelgen("rtl", "small")
    assert code == 2 and "lanes: must be like" in err and len(err) < 4100 and err.endswith("xxx ...\n")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_output_is_no_failure(models, closed):
    for arguments, code in (("list", 0), ("rtl small", 0), ("info nothing", 2)):
        done = subprocess.run(
            f"{sys.executable} -m accelgen {arguments} {closed}", shell=True, capture_output=True, check=False
        )
        assert done.returncode == code and b"Traceback" not in done.stderr
    assert (models / "rtl_out" / "small" / "small.v").read_text().endswith("`default_nettype wire\n")


def test_an_interrupted_command_is_no_failed_check(accelgen, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("accelgen.steps.info", interrupted)
    assert accelgen("info", "small")[0] == 130


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("options", "this command measures every form"),
        ("report", "a page is about the hardware that the model's card was measured on"),
        ("eval", "accelgen rtl MODEL --pipelined --cycles 400"),
    ],
)
def test_an_option_of_a_form_names_the_commands_that_have_it(accelgen, command, said):
    code, _, err = accelgen(command, "small", "--pipelined")
    words = " ".join(err.split())
    assert code == 2 and said in words and "No such option" not in words
    assert f"{command} has no --pipelined, which is of rtl, sim, synth, power, asic and fpga" in words


def test_an_option_that_no_command_has_is_no_form(accelgen):
    code, _, err = accelgen("eval", "small", "--pipelines")
    assert code == 2 and "No such option" in err
