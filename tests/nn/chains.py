"""Chains to test with, and float models that are quantised."""

import torch

from accelgen import nn
from accelgen.network.coding import Coding

torch.set_num_threads(1)


def dense_chain(bits=3, activation_bits=4, input_bits=4, compression=2, features=24, coding=False):
    """Return a trained-for-a-moment chain of fully connected layers, and samples of it."""
    torch.manual_seed(bits + 10 * activation_bits)
    scale = tuple(0.02 + 0.001 * place for place in range(features))
    rule = Coding((-2.0,) * features, scale) if coding else None
    net = torch.nn.Sequential(
        nn.Input(features, bits=input_bits, coding=rule),
        nn.BlockLinear(features, 20, bits, compression=compression, block=(8, 3)),
        nn.QuantReLU(20, activation_bits),
        torch.nn.Dropout(0.1),
        nn.BlockLinear(20, 12, bits),
        nn.QuantReLU(12, activation_bits),
        nn.BlockLinear(12, 5, bits),
        nn.Scores(5),
    )
    samples = torch.randn(200, features) if coding else torch.randint(256, (200, features))
    return moved(net, samples, 5), samples


def conv_chain(channels=3, pool_first=True, bits=3):
    """Return a chain of two convolutions, and images [n, height, width, channels]."""
    torch.manual_seed(channels)
    pool, rule = torch.nn.MaxPool2d(2), nn.QuantReLU(8, 3)
    net = torch.nn.Sequential(
        nn.Input(12, 10, channels, bits=5),
        nn.BlockConv2d(channels, 8, 3, padding=1, bits=bits),
        *((pool, rule) if pool_first else (rule, pool)),
        torch.nn.Sequential(
            nn.BlockConv2d(8, 12, 3, stride=2, bits=bits, compression=2), nn.QuantReLU(12, 4)
        ),
        nn.Flatten(),
        nn.BlockLinear(12 * 2 * 2, 4, bits, block=(4, 6)),
        nn.Scores(4),
    )
    samples = torch.randint(256, (96, 12, 10, channels))
    return moved(net, samples, 4), samples


def sided_chain(series=False):
    """Return a chain with windows whose axes and sides differ, and samples with their channels last."""
    torch.manual_seed(5)
    first = (
        (nn.Input(30, 2, bits=4), nn.BlockConv1d(2, 8, 5, 2, (3, 0), 3), torch.nn.MaxPool1d(2))
        if series
        else (
            nn.Input(7, 9, 2, bits=4),
            nn.BlockConv2d(2, 8, (3, 2), (2, 1), (2, 0, 0, 1), 3),
            torch.nn.MaxPool2d((1, 2)),
        )
    )
    features = 8 * 7 if series else 8 * 4 * 4
    net = torch.nn.Sequential(
        *first, nn.QuantReLU(8, 3), nn.Flatten(), nn.BlockLinear(features, 4, 3, block=(4, 8)), nn.Scores(4)
    )
    samples = torch.randint(256, (96, *net[0].shape))
    return moved(net, samples, 4), samples


def spiking_chain(count=False, readout=None, **how):
    """Return a chain of neurons, and pixels."""
    torch.manual_seed(7)
    last = (nn.LIF(6, **how), nn.Count()) if count else (nn.Scores(6, **readout or {}),)
    net = torch.nn.Sequential(
        nn.Spikes(30, 4, timesteps=5),
        nn.BlockLinear(30, 16, 3),
        nn.LIF(16, **how),
        nn.BlockLinear(16, 6, 3),
        *last,
    )
    samples = torch.randint(256, (80, 30))
    return moved(net, samples, 6), samples


def moved(net, samples, classes):
    """Train for some steps on noise, so that nothing is as it began."""
    optimiser = torch.optim.Adam(nn.groups(net, 0.05), eps=1e-12)
    labels = torch.randint(classes, (len(samples),))
    net.train()
    for _ in range(4):
        loss = torch.nn.functional.cross_entropy(net(samples), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        nn.keep_in_range(net)
    return net.eval()


def clouds(count, features=20, classes=4, seed=0, spread=1.2):
    """Return samples around a centre for each class, and their classes."""
    centres = torch.randn(classes, features, generator=torch.Generator().manual_seed(99))
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes, (count,), generator=generator)
    return centres[labels] + spread * torch.randn(count, features, generator=generator), labels


def fitted(model, x, labels, epochs=12):
    """Train a float model."""
    torch.manual_seed(0)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.005)
    model.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(x)).split(50):
            loss = torch.nn.functional.cross_entropy(model(x[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model.eval()


def right(model, x, labels):
    """Return the share of samples that ``model`` classifies rightly."""
    with torch.no_grad():
        return float((model.eval()(x).argmax(1) == labels).float().mean())
