from accelgen import steps


def test_models_are_listed_by_name(home):
    assert [model.name for model in steps.list_models().models] == [
        "events",
        "pixels",
        "small",
        "strokes",
    ]


def test_json_names_what_is_known_of_each(home):
    said = steps.list_models().to_json()
    assert said["models"][0] == {"name": "events", "trained": True, "accuracy": None}
    assert said["folders"] == [str(home / "models")]
