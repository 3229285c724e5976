from accelgen import steps


def test_models_are_listed_by_name(home):
    assert [model["name"] for model in steps.list_models()["models"]] == [
        "events",
        "pixels",
        "small",
        "strokes",
    ]
