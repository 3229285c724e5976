import pytest

from bench import text as bench_text
from bench.text import main, read

OLD = r"""// head
(* full_case = 32'd1 *)
module \top.a (clk);
  reg \$auto$verilog_backend.cc:2355:dump_module$1  = 0;
  wire [3:0] \$4 ;
  wire \start$22 ;
  always @(posedge clk)
    if (\$4 ) begin end
  initial begin
    memory[0] = 3'h4;
    memory[1] = 3'h5;
  end
  casez (\$4 )
endmodule
module \top.b (clk);
  wire \start$7 ;
endmodule
module \top.c (clk);
  wire \start$8 ;
endmodule
"""


def test_all_that_marks_a_generator_is_counted():
    figures = read(OLD)
    assert figures.pop("bytes") == len(OLD)
    assert figures == {
        "lines": 20,
        "lines besides words of ROMs": 18,
        "modules": 3,
        "comments": 1,
        "escaped names": 8,
        "nets without a name": 1,
        "names with a number behind a $": 3,
        "generator's registers": 1,
        "empty conditions": 1,
        "full_case": 1,
        "casez": 1,
        "modules that are written again": 1,
    }


def test_both_commits_are_read(monkeypatch, capsys):
    trees = []
    monkeypatch.setattr(bench_text, "unpack_commit", lambda *arguments: None)
    monkeypatch.setattr(
        bench_text, "_measured", lambda tree, *_: trees.append(tree) or {"lines": 10 * len(trees)}
    )
    assert main([]) == {"before": {"lines": 10}, "today": {"lines": 20}}
    assert trees[1] == bench_text.ROOT != trees[0]
    assert "lines" in capsys.readouterr().out


def test_a_commit_that_there_is_not_is_one_sentence(capsys):
    with pytest.raises(SystemExit):
        main(["--against", "no-such-commit"])
    assert "no-such-commit" in capsys.readouterr().err


def test_todays_text_is_read_and_synthesised(tmp_path):
    figures = bench_text._measured(bench_text.ROOT, "mnist_snn_di_small", tmp_path)
    assert figures["modules"] > 10 and figures["comments"] > figures["modules"]
    assert figures["nets without a name"] == figures["escaped names"] == 0
    assert figures["modules that are written again"] == 0 < figures["Yosys cells"]
