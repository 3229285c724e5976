import numpy as np

from accelgen.data.measures import measures
from accelgen.network import Task
from accelgen.report.page import Page, render
from accelgen.report.task_section import task_section, task_tile

NAMES = ["no", "yes"]


def test_a_page_shows_measures_outputs_and_other_thresholds():
    threshold = measures(Task("threshold", thresholds=(3,)), np.array([[5], [3]]), np.array([1, 0]), NAMES)
    numbers = measures(
        Task("regression", (1.0,), (0.0,)), np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 5]]), ["a", "b"]
    )
    sections = [task_section(threshold, "2 images"), task_section(numbers, "2 images")]
    page = render(Page("x", "", "", [task_tile(threshold, "2 images")], sections, ""))
    for words in (
        "How well it does: threshold",
        "What other thresholds would do.",
        "By output.",
        "RMSE",
        "AUC",
    ):
        assert words in page
