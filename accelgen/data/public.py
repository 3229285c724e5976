"""Public data sets that are fetched by name: from where, by which digest, and what becomes of the files.

Sets that a recipe knows by name keep the files that were published. The others become a folder that a recipe
names by ``path``: a table with names of its columns, or arrays, and ``data.toml`` with licence and source.

Every digest is one that was published or taken of the published file: those of MNIST, CIFAR-10 and
Fashion-MNIST stand with their readers; the MD5 of the archives of N-MNIST and SHD are those that their
authors and the readers of others (tonic, spikingjelly) check; the SHA-256 of the tables are of the files in
scikit-learn 1.9.1, which its wheel has, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from accelgen.data import cifar10, fashion_mnist, mnist, unpacking
from accelgen.data.dataset import DataSet
from accelgen.data.described import FILE
from accelgen.data.fetch import Digest, content_digest, download, file_md5, file_sha256
from accelgen.data.sets import CIFAR10, FASHION_MNIST, MNIST, NMNIST
from accelgen.errors import DataError, InvalidRequest, at, suggest
from accelgen.files import scratch, whole_folder
from accelgen.reading import read_bytes

__all__ = ["PUBLIC", "Public", "Remote", "fetch_public", "public_set"]


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of a set: its name, where it is, and its digest, which ``kind`` takes."""

    name: str
    urls: tuple[str, ...]
    digest: str
    kind: Digest = file_sha256


@dataclass(frozen=True, slots=True)
class Public:
    """A public data set.

    Attributes
    ----------
    name, title : str
        Of the folder that is made, and for people.
    licence, citation, url : str
        What may be done with it, whom to name, and where it is from.
    files : tuple of Remote
        What is fetched.
    unpack : callable or None
        ``unpack(raw, folder)``: writes into ``folder`` what becomes of the files in ``raw``; None if they
        stay as they are.
    named : str
        Name of the set in a recipe; "" if its folder is named by ``path``.
    """

    name: str
    title: str
    licence: str
    citation: str
    url: str
    files: tuple[Remote, ...]
    unpack: Callable[[Path, Path], None] | None = None
    named: str = ""


def _known(entry: DataSet, files: tuple[Remote, ...]) -> Public:
    """Return a set that recipes know by name."""
    return Public(entry.name, entry.title, entry.licence, entry.citation, entry.url, files, named=entry.name)


TABLES = "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.9.1/sklearn/datasets/data/"
RECORDINGS = "https://data.mendeley.com/public-files/datasets/468j46mzdv/files/{}/file_downloaded"
SPOKEN = ("https://zenkelab.org/datasets/", "https://compneuro.net/datasets/")


def _table(name: str, title: str, citation: str, url: str, file: str, digest: str) -> Public:
    return Public(
        name=name,
        title=title,
        licence="CC BY 4.0",
        citation=citation,
        url=url,
        files=(Remote(file, (TABLES + file,), digest),),
        unpack=unpacking.UNPACK[name],
    )


#: By name.
PUBLIC = {
    entry.name: entry
    for entry in (
        _known(
            MNIST,
            tuple(
                Remote(
                    f"{name}.gz", tuple(f"{home}{name}.gz" for home in mnist.HOMES), digest, content_digest
                )
                for name, digest in mnist.FILES.items()
            ),
        ),
        _known(
            FASHION_MNIST,
            tuple(
                Remote(name, tuple(f"{home}{name}" for home in fashion_mnist.HOMES), digest)
                for name, digest in fashion_mnist.FILES.items()
            ),
        ),
        _known(
            CIFAR10,
            (Remote(cifar10.ARCHIVE, (cifar10.HOME,), cifar10.ARCHIVE_MD5, file_md5),),
        ),
        Public(
            name=NMNIST.name,
            title=NMNIST.title,
            licence=NMNIST.licence,
            citation=NMNIST.citation,
            url=NMNIST.url,
            files=(
                Remote(
                    "Train.zip",
                    (RECORDINGS.format("39c25547-014b-4137-a934-9d29fa53c7a0"),),
                    "20959b8e626244a1b502305a9e6e2031",
                    file_md5,
                ),
                Remote(
                    "Test.zip",
                    (RECORDINGS.format("05a4d654-7e03-4c15-bdfa-9bb2bcbea494"),),
                    "69ca8762b2fe404d9b9bad1103e97832",
                    file_md5,
                ),
            ),
            unpack=unpacking.UNPACK["nmnist"],
        ),
        Public(
            name="shd",
            title="Spiking Heidelberg Digits",
            licence="CC BY 4.0",
            citation="B. Cramer, Y. Stradmann, J. Schemmel, F. Zenke: The Heidelberg spiking data sets for "
            "the systematic evaluation of spiking neural networks, 2020",
            url="https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/",
            files=tuple(
                Remote(name, tuple(f"{home}{name}" for home in SPOKEN), digest, file_md5)
                for name, digest in (
                    ("shd_train.h5.zip", "f3252aeb598ac776c1b526422d90eecb"),
                    ("shd_test.h5.zip", "1503a5064faa34311c398fb0a1ed0a6f"),
                )
            ),
            unpack=unpacking.UNPACK["shd"],
        ),
        _table(
            "iris",
            "Iris",
            "R. A. Fisher: The use of multiple measurements in taxonomic problems, 1936",
            "https://doi.org/10.24432/C56C76",
            "iris.csv",
            "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
        ),
        _table(
            "wine",
            "Wine",
            "S. Aeberhard, M. Forina: Wine, UCI Machine Learning Repository, 1992",
            "https://doi.org/10.24432/C5PC7J",
            "wine_data.csv",
            "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
        ),
        _table(
            "breast_cancer",
            "Breast cancer, Wisconsin, diagnostic",
            "W. Wolberg, O. Mangasarian, N. Street, W. Street: Breast Cancer Wisconsin (Diagnostic), 1993",
            "https://doi.org/10.24432/C5DW2B",
            "breast_cancer.csv",
            "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
        ),
        _table(
            "digits",
            "Digits of 8 x 8",
            "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998",
            "https://doi.org/10.24432/C50P49",
            "digits.csv.gz",
            "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22",
        ),
    )
}


def public_set(name: str) -> Public:
    """Return the public set of a name.

    Raises
    ------
    InvalidRequest
        If there is none; the message names one that is near.
    """
    if name in PUBLIC:
        return PUBLIC[name]
    hint = suggest(name, PUBLIC) or f"there are {', '.join(PUBLIC)}"
    raise InvalidRequest(f"no data set {name!r} is fetched: {hint}")


def fetch_public(entry: Public, place: Path) -> tuple[Path, bool]:
    """Fetch a set into a folder of its name in ``place``.

    Files that are there already are compared with their digests, and not fetched again.

    Returns
    -------
    (Path, bool)
        The folder, and whether anything was fetched.

    Raises
    ------
    DataError
        If a file cannot be fetched, or what is there is not the published one.
    InvalidRequest
        If the folder cannot be written.
    """
    folder = place / entry.name
    if entry.unpack is None:
        return folder, any([_fetched(remote, folder) for remote in entry.files])
    if (folder / FILE).is_file():
        return folder, False
    if folder.is_dir() and any(folder.iterdir()):
        raise InvalidRequest(f"{folder}: holds other files: name another place with --to")
    place.mkdir(parents=True, exist_ok=True)
    with scratch(folder) as raw, whole_folder(folder) as made:
        for remote in entry.files:
            download([*remote.urls], remote.digest, raw / remote.name, remote.kind)
        entry.unpack(raw, made)
        (made / FILE).write_text(
            unpacking.about(entry.name, entry.title, entry.licence, entry.citation, entry.url)
        )
    return folder, True


def _fetched(remote: Remote, folder: Path) -> bool:
    """Fetch a file unless it is there; return whether it was not."""
    path = folder / remote.name
    if not path.is_file():
        download([*remote.urls], remote.digest, path, remote.kind)
        return True
    with at(path):
        if remote.kind(read_bytes(path)) != remote.digest:
            raise DataError("is not the published file (its digest differs): remove it to fetch it again")
    return False
