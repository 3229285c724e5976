"""Samples survive their file, and every broken file is refused in one sentence that names it."""

import io
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from accelgen.data import Images
from accelgen.deliver.samples import MOST_SAMPLES, SAMPLES_FILE, Samples, archive, picked, read_samples
from accelgen.errors import DataError
from accelgen.models import home, network_names
from accelgen.network import Task, load
from tests.tiny_networks import mnist_spiking_network, random_images, small_network

RNG = np.random.default_rng(4)
IMAGES = random_images(RNG, 6, 30)
LABELS = np.array([0, 1, 2, 3, 4, 0], np.uint8)


def written(folder, data):
    path = folder / SAMPLES_FILE
    path.write_bytes(data)
    return path


def test_images_and_spikes_survive_their_file_byte_for_byte(tmp_path):
    data = archive(Samples(IMAGES, LABELS))
    assert data == archive(Samples(IMAGES, LABELS))
    found = read_samples(written(tmp_path, data), small_network())
    assert (found.entering == IMAGES).all() and (found.labels == LABELS).all() and len(found) == 6
    assert found.entering.dtype == np.uint8 and len(found.first(2)) == 2
    events = mnist_spiking_network(events=True)
    spikes = (RNG.random((3, 4, events.input.inputs)) < 0.2).astype(np.uint8)
    data = archive(Samples(spikes, LABELS[:3]))
    assert (read_samples(written(tmp_path, data), events).entering == spikes).all()


def test_samples_of_own_data_carry_its_digest_and_wide_labels(tmp_path):
    wide = Samples(IMAGES, LABELS.astype("<u2"), "cd" * 32)
    network = replace(small_network(), provenance={"data_sha256": "cd" * 32})
    found = read_samples(written(tmp_path, archive(wide)), network)
    assert found.data_sha256 == found.first(1).data_sha256 == "cd" * 32 and found.labels.dtype == np.uint16


def test_samples_of_a_task_without_classes_have_no_labels(tmp_path):
    network = replace(small_network(), task=Task("regression", (0.5,), (1.0,)))
    many = Images(IMAGES, np.linspace(0, 1, 12).reshape(6, 2), "many", True)
    found = read_samples(written(tmp_path, archive(picked(many, classes=False))), network)
    assert found.labels is found.first(2).labels is None and (found.entering == IMAGES).all()
    assert (len(found), len(found.first(2))) == (6, 2)
    for labels, reader, said in (
        (LABELS, network, "has an array 'labels', which is none of images and data_sha256"),
        (None, small_network(), "labels: is missing: it holds images"),
    ):
        with pytest.raises(DataError, match=said):
            read_samples(written(tmp_path, archive(Samples(IMAGES, labels))), reader)


def test_samples_are_picked_from_the_first_to_the_last():
    many = Images(np.repeat(np.arange(200, dtype=np.uint8), 10)[:, None], np.arange(2000) // 10, "many", True)
    found = picked(many)
    assert len(found) == 256 and found.entering[0] == 0 and found.entering[-1] == 199
    assert (np.diff(found.labels.astype(int)) <= 1).all()
    wide = Images(np.zeros((10, 1 << 20), np.uint8), np.arange(10), "wide", True)
    assert len(picked(wide)) == 4 and len(picked(many.first(3))) == 3


def test_picked_recordings_are_their_spikes():
    def sensor(pixels):
        return np.repeat(pixels[:, None, :] & 1, 2, axis=1)

    moved = Images(np.arange(6, dtype=np.uint8)[:, None], np.arange(6), "moved", True, sensor=sensor)
    assert picked(moved).entering[:, 1, 0].tolist() == [0, 1, 0, 1, 0, 1]


def packed(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive_:
        for name, content in members.items():
            archive_.writestr(name, content)
    return file.getvalue()


def npy(array=LABELS, shape=None, dtype="|u1", order=False):
    """Return the bytes of an array, with a header that may say something else."""
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": order, "shape": array.shape if shape is None else shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + array.tobytes()


def twice(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive_, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that is what is tested
        for _ in range(2):
            archive_.writestr(name, npy())
    return file.getvalue()


GOOD = {"images": IMAGES, "labels": LABELS}
BROKEN = {
    "nothing": (b"", "is no whole npz archive"),
    "text": (b"images and labels", "is no whole npz archive"),
    "cut off": (packed(**GOOD)[:-40], "is no whole npz archive"),
    "no labels": (packed(images=IMAGES), "labels: is missing: it holds images"),
    "twice": (
        twice("labels.npy"),
        "labels: is there twice",
    ),
    "more": (
        packed(**GOOD, extra=LABELS),
        "has an array 'extra', which is none of images, labels and data_sha256",
    ),
    "spikes": (packed(spikes=IMAGES, labels=LABELS), "images: is missing: it holds spikes, labels"),
    "floats": (packed(images=IMAGES / 2, labels=LABELS), "images: must be uint8 in rows, not float64"),
    "objects": (
        packed(images=np.array([object()]), labels=LABELS),
        "images: holds Python objects",
    ),
    "columns": (packed(images=np.asfortranarray(IMAGES), labels=LABELS), "not uint8 in columns"),
    "few pixels": (
        packed(images=IMAGES[:, :29], labels=LABELS),
        "images: must have 30 inputs, as small, not 29",
    ),
    "many pixels": (
        packed(images=np.zeros((6, 31), np.uint8), labels=LABELS),
        r"images: must have shape \[512, 30\] at",
    ),
    "many samples": (
        packed(images=np.zeros((MOST_SAMPLES + 1, 30), np.uint8), labels=LABELS),
        "at most, not",
    ),
    "one dimension": (packed(images=IMAGES[0], labels=LABELS), r"at most, not \[30\]"),
    "none": (packed(images=IMAGES[:0], labels=LABELS[:0]), "images: must be at least one"),
    "labels short": (packed(images=IMAGES, labels=LABELS[:5]), r"labels must have shape \[6\], not \[5\]"),
    "labels high": (packed(images=IMAGES, labels=LABELS + 1), "labels must be integers of 0 to 4, not 5"),
    "lies": (
        zipped({"images.npy": npy(IMAGES[:2], (6, 30)), "labels.npy": npy()}),
        "images: ends after 2 of 6 rows",
    ),
    "negative": (zipped({"images.npy": npy(IMAGES, (-6, 30)), "labels.npy": npy()}), "images: "),
    "huge": (
        zipped({"images.npy": npy(IMAGES, (1 << 60, 30)), "labels.npy": npy()}),
        "images: must have shape",
    ),
    "no array": (zipped({"images.npy": b"nothing", "labels.npy": npy()}), "images: is no array of numpy"),
    "a header": (
        zipped({"images.npy": b"\x93NUMPY\x01\0\x08\0import x", "labels.npy": npy()}),
        "images: is no array of numpy",
    ),
    "version": (
        zipped({"images.npy": b"\x93NUMPY\x03\0" + bytes(90), "labels.npy": npy()}),
        r"images: is no array of numpy: version \(3, 0\) is not read",
    ),
    "a long header": (
        zipped({"images.npy": b"\x93NUMPY\x02\0" + bytes([255] * 90), "labels.npy": npy()}),
        "images: is no array of numpy: its header has no end",
    ),
    "other data": (
        archive(Samples(IMAGES, LABELS, "ab" * 32)),
        "data_sha256: the samples are of other data than small was trained on",
    ),
    "half a digest": (
        packed(**GOOD, data_sha256=LABELS),
        "data_sha256: the samples are of other data",
    ),
    "packed": (
        zipped({"images.npy": npy(IMAGES), "labels.npy": npy()}, zipfile.ZIP_LZMA),
        "packed in another way",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(name, tmp_path):
    data, said = BROKEN[name]
    path = written(tmp_path, data)
    with pytest.raises(DataError, match=said) as caught:
        read_samples(path, small_network())
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)


def test_every_byte_that_changes_is_refused_or_harmless(tmp_path):
    data = archive(Samples(IMAGES, LABELS))
    for place in range(0, len(data), 3):
        broken = bytearray(data)
        broken[place] ^= 0x41
        try:
            found = read_samples(written(tmp_path, bytes(broken)), small_network())
        except DataError:
            continue
        assert found.entering.shape == (6, 30) and found.labels.max() < 5


def test_no_file_is_an_error_that_names_it(tmp_path):
    with pytest.raises(DataError, match="samples.npz: cannot be read"):
        read_samples(tmp_path / SAMPLES_FILE, small_network())


def test_the_committed_samples_are_read_and_small():
    found = [name for name in network_names() if (home() / "models" / name / SAMPLES_FILE).is_file()]
    assert "mnist_3b_8x" in found and "events_snn_ci" in found
    for name in found:
        path = home() / "models" / name / SAMPLES_FILE
        network = load(path.with_name("network.safetensors"))
        count = 256 if name == "digits" else 20  # digits has those that training keeps
        assert len(read_samples(path, network)) == count and path.stat().st_size < 100_000
