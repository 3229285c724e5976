from dataclasses import replace

from accelgen.nn.report import LayerReport, Report

REPORT = Report((LayerReport("0", 3, "4 of 16", 0.125),), 0.25, 0.9, None, None, ("the mean is rounded",))


def test_a_report_is_a_table_of_layers_and_what_became_of_the_scores():
    assert str(REPORT).splitlines() == [
        "layer            bits  kept      error",
        "0                   3  4 of 16   12.5%",
        "scores: 25.0% error, 90.00% of the classes are the same",
        "note: the mean is rounded",
    ]


def test_accuracy_stands_there_if_labels_were_given_and_no_class_of_one_score():
    assert "accuracy: 97.00% before, 95.50% after" in str(replace(REPORT, before=0.97, after=0.955))
    assert "scores: 25.0% error\n" in str(replace(REPORT, agreement=None))
