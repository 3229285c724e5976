"""What goes in: images, and recordings of them, from a named folder, a cache, or the committed sample."""

from accelgen.data.cifar10 import cifar10_folder, load_cifar10, load_cifar10_training
from accelgen.data.mnist import Images, load_mnist, mnist_folder, place_of_mnist
from accelgen.data.nmnist import Recordings, load_nmnist

__all__ = [
    "Images",
    "Recordings",
    "cifar10_folder",
    "load_cifar10",
    "load_cifar10_training",
    "load_mnist",
    "load_nmnist",
    "mnist_folder",
    "place_of_mnist",
]
