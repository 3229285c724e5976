import numpy as np
import pytest

from accelgen.data.formats.wav import open_wav, samples_of
from accelgen.errors import DataError
from tests.data.made import write_wav

X = np.array([0, 1, -1, 32767, -32768, 300, -300, 77])
#: What follows in an extensible header: its size, bits, speakers, and PCM as a long name.
EXTENSIBLE = bytes([22, 0, 16, 0, 4, 0, 0, 0, 1, 0]) + bytes(14)


def read(path, most=1000):
    return samples_of(open_wav(path), most).tolist()


def test_samples_of_16_bits_are_taken_as_they_are(tmp_path):
    assert read(write_wav(tmp_path / "a.wav", X)) == X.tolist()
    assert read(tmp_path / "a.wav", 3) == X[:3].tolist()
    assert open_wav(tmp_path / "a.wav").rate == 8000


def test_other_widths_fill_16_bits(tmp_path):
    eight = np.array([-128, -1, 0, 1, 127])
    assert read(write_wav(tmp_path / "a.wav", eight, bits=8)) == (eight * 256).tolist()
    wide = np.array([0, 255, 256, -1, -256, -257, 8388607, -8388608])
    assert read(write_wav(tmp_path / "b.wav", wide, bits=24)) == (wide >> 8).tolist()


def test_stereo_is_the_mean_of_both(tmp_path):
    both = np.array([[10, 20], [-3, -4], [32767, 32767], [-32768, -32768]])
    assert read(write_wav(tmp_path / "a.wav", both)) == [15, -4, 32767, -32768]


def test_an_extensible_header_names_the_format_further_down(tmp_path):
    assert read(write_wav(tmp_path / "a.wav", X, kind=0xFFFE, extra=EXTENSIBLE)) == X.tolist()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"kind": 3}, "is no plain PCM .its format is number 3.: save it as PCM of 16 bits"),
        ({"bits": 32}, "has samples of 32 bits: 8, 16 and 24 are read"),
        ({"rate": 0}, "has no rate"),
    ],
)
def test_another_kind_is_refused(tmp_path, how, message):
    with pytest.raises(DataError, match=f"a.wav: {message}$"):
        open_wav(write_wav(tmp_path / "a.wav", X, **how))


def test_many_channels_and_none_are_refused(tmp_path):
    with pytest.raises(DataError, match="a.wav: has 3 channels: mono and stereo are read$"):
        open_wav(write_wav(tmp_path / "a.wav", np.zeros((4, 3), int)))
    with pytest.raises(DataError, match="a.wav: holds no samples$"):
        open_wav(write_wav(tmp_path / "a.wav", X[:0]))


def test_what_is_damaged_is_one_sentence(tmp_path):
    path = write_wav(tmp_path / "a.wav", X)
    data = path.read_bytes()
    for cut in range(12, len(data) - 2 * len(X), 5):
        path.write_bytes(data[:cut])
        with pytest.raises(DataError, match=r"a\.wav: (ends before its samples|is cut short: 0 of .*)$"):
            open_wav(path)
    path.write_text("no")
    with pytest.raises(DataError, match="a.wav: is no WAV file$"):
        open_wav(path)
    path.unlink()
    with pytest.raises(DataError, match="a.wav: cannot be read: No such file"):
        open_wav(path)


def test_samples_that_are_cut_off_are_refused_unless_nobody_said_how_many(tmp_path):
    path = tmp_path / "a.wav"
    write_wav(path, X)
    data = path.read_bytes()
    path.write_bytes(data[:-2])
    with pytest.raises(DataError, match=r"a.wav: is cut short: [\d,]+ of [\d,]+ bytes of samples are there"):
        open_wav(path)
    place = data.index(b"data") + 4
    path.write_bytes(data[:place] + b"\xff" * 4 + data[place + 4 : -2])
    assert open_wav(path).count == len(X) - 1
