import numpy as np
import pytest

from accelgen.data.formats.events import holds_events, is_events, read_event_archive, read_event_folder
from accelgen.data.recording import EventsChoice, packed
from accelgen.errors import DataError
from tests.data.made import recording, write_events, write_npz

CHOICE = EventsChoice(width=8, height=8, duration=1000, timesteps=4)


def values(samples):
    return np.concatenate(list(samples.values.pieces()))


def recordings(count=6):
    rng = np.random.default_rng(0)
    return [recording(rng, n % 2, count=20 + n) for n in range(count)]


def joined(many, **more):
    arrays = {name: np.concatenate([one[name] for one in many]) for name in ("t", "x", "y", "p")}
    starts = np.cumsum([0, *(len(one["t"]) for one in many)])
    return {**arrays, "starts": starts, "labels": np.arange(len(many)) % 2, **more}


def bits(one):
    return packed(one["t"], one["x"], one["y"], one["p"], CHOICE)


def test_a_folder_for_each_class_is_read(tmp_path):
    assert holds_events(write_events(tmp_path))
    found = read_event_folder(tmp_path, CHOICE)
    assert (
        found.form == "events" and found.events is CHOICE and found.training.values.shape == (CHOICE.bytes,)
    )
    assert found.training.labels.tolist() == ["down"] * 12 + ["right"] * 12
    with np.load(tmp_path / "down" / "0.npz") as first:
        assert (values(found.training)[0] == bits(first)).all()


def test_recordings_one_after_the_other_are_those_of_a_folder(tmp_path):
    many = recordings()
    np.savez(tmp_path / "a.npz", **joined(many))
    assert is_events(tmp_path / "a.npz") and not is_events(
        write_npz(tmp_path / "b.npz", np.eye(2), np.arange(2))
    )
    found = read_event_archive(tmp_path / "a.npz", CHOICE)
    assert (values(found.training) == np.stack(list(map(bits, many)))).all()
    assert found.training.labels.tolist() == [0, 1] * 3 and found.test is None


def test_row_and_polarity_may_be_left_out(tmp_path):
    arrays = joined(recordings())
    del arrays["y"], arrays["p"]
    np.savez(tmp_path / "train.npz", **arrays)
    np.savez(tmp_path / "test.npz", **joined(recordings(4)))
    line = EventsChoice(width=8, height=8, duration=1000, timesteps=4, polarities=1)
    assert holds_events(tmp_path)
    found = read_event_folder(tmp_path, line)
    assert found.training.values.count == 6 and found.test.values.count == 4
    assert not np.unpackbits(values(found.training), axis=1)[:, :256].reshape(6, 4, 8, 8)[:, :, 1:].any()


def test_binary_recordings_are_those_of_n_mnist(tmp_path):
    for name in ("0", "1"):
        (tmp_path / "Train" / name).mkdir(parents=True)
        (tmp_path / "Train" / name / "00001.bin").write_bytes(bytes([7, 2, 0x80, 1, 0xF3]))
    found = read_event_folder(tmp_path, CHOICE)
    one = packed(*(np.array([value]) for value in (0x1F3, 7, 2, 1)), CHOICE)
    assert (values(found.training) == one).all() and found.training.labels.tolist() == ["0", "1"]
    with pytest.raises(DataError, match="00001.bin: event 0: is at 7, 2 of 4 x 8 pixels"):
        read_event_folder(tmp_path, EventsChoice(width=4, height=8, duration=1000))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"starts": np.array([0, 5, 3])}, "a.npz: starts: must rise from 0 to the 135 events of t"),
        ({"x": np.zeros(3, int)}, "a.npz: t, x, y and p must have as many values each"),
        ({"t": np.zeros(135)}, "a.npz: t: must be a row of integers, not float64"),
        ({"labels": np.zeros(5)}, "a.npz: labels: must have a label for each of 6 samples"),
        ({"x": np.full(135, 9)}, "a.npz: recording 0: event 0: is at 9, "),
    ],
)
def test_an_archive_that_does_not_fit_is_one_sentence(tmp_path, more, message):
    np.savez(tmp_path / "a.npz", **joined(recordings(), **more))
    with pytest.raises(DataError, match=message):
        read_event_archive(tmp_path / "a.npz", CHOICE)


def test_a_recording_that_does_not_fit_is_named(tmp_path):
    folder = write_events(tmp_path)
    for arrays, message in (
        ({"t": np.arange(3)}, "9.npz: 'x' is missing: a recording has t, x, y and p"),
        ({"t": np.arange(3), "x": np.arange(2)}, "9.npz: t, x, y and p must have as many values each"),
        ({"t": np.arange(3), "x": np.arange(7, 10)}, "9.npz: event 1: is at 8, 0 of 8 x 8 pixels"),
    ):
        np.savez(folder / "right" / "9.npz", **arrays)
        with pytest.raises(DataError, match=message):
            read_event_folder(folder, CHOICE)
    (folder / "right" / "9.npz").unlink()
    (folder / "right" / "9.txt").write_text("")
    with pytest.raises(DataError, match="9.txt: is no recording: .bin and .npz are read"):
        read_event_folder(folder, CHOICE)
    np.savez(tmp_path / "a.npz", t=np.arange(3), starts=np.arange(2))
    with pytest.raises(DataError, match="a.npz: 'x' is missing: it must hold t, x, y, p, starts and labels"):
        read_event_archive(tmp_path / "a.npz", CHOICE)
