import os

import pytest
from distributed import LocalCluster

from accelgen.errors import InvalidOption, ToolError
from accelgen.explore.cluster import connected


def test_a_scheduler_that_is_there_is_used_and_left_alone():
    with LocalCluster(n_workers=1, threads_per_worker=3, processes=False, dashboard_address=None) as cluster:
        with connected(cluster.scheduler_address) as client:
            assert list(client.nthreads().values()) == [3]
        assert cluster.scheduler.workers


def test_a_local_worker_computes_on_one_thread_in_a_process_of_its_own():
    with connected(workers=1) as client:
        assert list(client.nthreads().values()) == [1]
        assert client.submit(os.getpid).result() != os.getpid()
        assert client.submit(os.environ.get, "OMP_NUM_THREADS").result() == "1"


@pytest.mark.parametrize(("scheduler", "workers"), [("tcp://127.0.0.1:1", 2), (None, 0)])
def test_workers_are_of_one_kind_and_at_least_one(scheduler, workers):
    with pytest.raises(InvalidOption, match="^workers"), connected(scheduler, workers):
        pass


def test_a_scheduler_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setattr("accelgen.explore.cluster.PATIENCE", 1)
    with pytest.raises(ToolError, match="^scheduler tcp://127.0.0.1:9: "), connected("tcp://127.0.0.1:9"):
        pass
