from accelgen.data.split import split


def test_the_split_is_fixed_and_covers_everything():
    train, validation = split(100, 20)
    assert sorted([*train, *validation]) == list(range(100)) and len(validation) == 20
    assert split(100, 20)[1].tolist() == validation.tolist()
