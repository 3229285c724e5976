"""What goes in: images and labels, from a named folder, a cache, or the committed sample."""

from accelgen.data.mnist import Images, load_mnist, mnist_folder

__all__ = ["Images", "load_mnist", "mnist_folder"]
