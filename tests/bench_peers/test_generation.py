"""The bench of generation: what it runs, and the table that it prints."""

import pytest

from bench import generation

ROW = {"size": "1M", "kept_weights": 1_000_000, "weights": "rom", "cpu_s": 5.0, "peak_mb": 9, "verilog_mb": 1}


def test_networks_have_the_weights_that_their_names_say():
    networks = {size: generation.network_of(size) for size in ("10k", "100k", "1M")}
    kept = {size: sum(layer.weights.codes.size for layer in of.layers) for size, of in networks.items()}
    assert kept == {"10k": 10_752, "100k": 108_544, "1M": 958_464}


def test_a_run_is_measured(capsys):
    # what this process holds is not part of what the run takes
    held = bytearray(b"x" * 700_000_000)
    (row,) = generation.main(["--sizes", "10k", "--weights", "ram"])
    del held
    assert row["kept_weights"] == 10_752 and row["verilog_mb"] > 0.02
    assert 0 < row["cpu_s"] < 60 and 20 < row["peak_mb"] < 600
    assert "| 10,752 | ram |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "memory", "word"), [(30, 600, "met"), (31, 600, "not"), (30, 601, "not")]
)
def test_the_table_says_whether_the_largest_meets_what_is_asked(seconds, memory, word):
    large = ROW | {"size": "4M", "kept_weights": 4_000_000, "cpu_s": seconds, "peak_mb": memory}
    text = generation.shown([ROW, large])
    assert text.splitlines()[-1].split(": ")[1].split()[0].rstrip(".") == word
    assert f"| {seconds / 20:.2f}x |" in text
