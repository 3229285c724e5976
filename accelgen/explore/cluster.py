"""Where the work is done: processes of this machine, or the workers of a Dask scheduler that is there."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from accelgen.errors import InvalidOption, ToolError
from accelgen.optional import needed

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["connected"]

#: Seconds to wait for a scheduler to answer.
PATIENCE = 10

#: Networks this small lose more to waiting threads than they win: a worker computes on one.
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@contextmanager
def connected(scheduler: str | None = None, workers: int | None = None) -> Iterator[Client]:
    """Connect to a scheduler, or start a cluster of this machine that ends with the block.

    Parameters
    ----------
    scheduler : str, optional
        Address like ``tcp://host:8786``.
    workers : int, optional
        Processes of a local cluster, one task each at a time; by default as many as there are processors.

    Raises
    ------
    InvalidOption
        If there are no workers, or both a scheduler and workers are named.
    ToolError
        If Dask is missing, or the scheduler does not answer.
    """
    if scheduler and workers is not None:
        raise InvalidOption("workers are those of the scheduler: name one of the two")
    if workers is not None and workers < 1:
        raise InvalidOption(f"workers must be at least 1, not {workers}")
    with needed():
        import dask
        from distributed import Client, LocalCluster
    if scheduler:
        try:
            client = Client(scheduler, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise ToolError(f"scheduler {scheduler}: {str(error).splitlines()[0]}") from error
        with client:
            yield client
        return
    # The retry of a worker that died is reported; a connection that closed need not be.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    environment = dict.fromkeys(THREADS, "1")
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": environment}),
        LocalCluster(
            n_workers=workers or os.cpu_count(),
            threads_per_worker=1,
            memory_limit=0,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
