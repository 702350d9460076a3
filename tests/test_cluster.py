"""A Dask cluster: the same numbers, a killed worker costs only time, and what cannot work is said at once."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pathway.errors import PathwayError
from pathway.experiment import Experiment, replicate
from pathway.experiment.cluster import on_cluster
from pathway.experiment.working import Work
from pathway.metrics import Measures
from pathway.scenario import Scenario, load_scenario
from tests.cluster import ROOT, Cluster, cluster

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.slow

SHORT = {"run.warm_up": "1 week", "run.length": "8 weeks", "run.follow_up": "1 week"}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers; the one test that kills a worker is the last to use them."""
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def jobs(replications: int) -> list[tuple[Scenario, int]]:
    three = load_scenario("mmc").override(SHORT, name="three")
    four = three.override({"resources.server.capacity": 4}, name="four")
    return [(scenario, number) for number in range(replications) for scenario in (three, four)]


def assert_equal(one: dict[int, Measures], other: dict[int, Measures]) -> None:
    assert one.keys() == other.keys()
    for place, measures in one.items():
        pd.testing.assert_frame_equal(measures.summary, other[place].summary)
        for name, frame in measures.frames.items():
            pd.testing.assert_frame_equal(frame, other[place].frames[name])


def test_a_cluster_gives_the_numbers_of_one_process(two: Cluster) -> None:
    assert_equal(dict(replicate(jobs(3), workers=1)), dict(replicate(jobs(3), cluster=two.address)))


def test_an_experiment_on_a_cluster_is_kept_in_the_store(two: Cluster, tmp_path: Path) -> None:
    """What is there needs no cluster: the second time its address may be wrong."""
    scenarios = [jobs(1)[0][0]]
    found = Experiment(scenarios, replications=2, cluster=two.address, store=tmp_path).run()
    again = Experiment(scenarios, replications=2, cluster="tcp://127.0.0.1:9", store=tmp_path).run()

    assert found.manifest["workers"] == two.address
    assert again.manifest["there"] == 2
    pd.testing.assert_frame_equal(found.table, again.table)


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    """One of two has another version of the package and other sources; both are said, with its address."""
    shutil.copytree(ROOT / "pathway", tmp_path / "other" / "pathway", ignore=shutil.ignore_patterns("__pycache__"))
    changed = tmp_path / "other" / "pathway" / "__init__.py"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace('__version__ = "', '__version__ = "99.'), encoding="utf-8")
    with (tmp_path / "other" / "pathway" / "metrics" / "waits.py").open("a", encoding="utf-8") as file:
        file.write("# another source\n")
    with cluster(tmp_path / "cluster", workers=1) as found:
        found.add_worker(package=tmp_path / "other")
        wait_for(found.address, 2)
        with pytest.raises(
            PathwayError, match=r"another program than here[^\n]*\n  tcp.*pathway .* and 99\."
        ) as refusal:
            list(replicate(jobs(1), cluster=found.address))

    assert "sources" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 2


def test_workers_without_the_package_are_refused(tmp_path: Path) -> None:
    """They would never answer; they are asked first."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text("import sys\nsys.modules['pathway'] = None\n")
    with cluster(tmp_path / "cluster", workers=0) as found:
        found.add_worker(package=tmp_path / "without")
        with pytest.raises(PathwayError, match="ModuleNotFoundError"):
            list(replicate(jobs(1), cluster=found.address))


def test_an_address_where_nobody_answers_is_said_in_time() -> None:
    """The port is taken by something that accepts and says nothing."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(PathwayError, match=rf"{address}: no Dask scheduler answers there within 2 seconds"):
            list(on_cluster(Work(jobs(1), "auto", None), [0], address, patience=2))

    assert time.monotonic() - began < 20


@pytest.mark.parametrize("address", ["", "nonsense://x", "no port here"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(PathwayError, match="no Dask scheduler"):
        list(on_cluster(Work(jobs(1), "auto", None), [0], address, patience=2))


def test_a_cluster_without_workers_is_said(tmp_path: Path) -> None:
    with (
        cluster(tmp_path / "cluster", workers=0) as found,
        pytest.raises(PathwayError, match="no worker for 2 seconds"),
    ):
        list(on_cluster(Work(jobs(1), "auto", None), [0], found.address, patience=2))


def test_a_killed_worker_costs_only_time_and_losing_all_is_said(two: Cluster) -> None:
    """One of two is killed (kill -9) while it works: the same numbers.  When the other is killed too, it is said."""
    asked = jobs(12)
    found = {}
    for place, measures in replicate(asked, cluster=two.address):
        found[place] = measures
        if len(found) == 5:
            two.workers[0].kill()
    assert_equal(dict(replicate(asked, workers=1)), found)

    work = Work(jobs(30), "auto", None)
    going = on_cluster(work, range(60), two.address, patience=2)
    next(going)
    two.workers[1].kill()
    with pytest.raises(PathwayError, match="lost all its workers"):
        list(going)


def wait_for(address: str, workers: int) -> None:
    from distributed import Client

    client: Any = Client(address, set_as_default=False)
    client.wait_for_workers(workers, timeout=60)
    client.close()
