"""The processes of the Procfile, and what lies in the queues between them."""

from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.job import Job

from models.message import MessageState
from notifications.work import Kind, RedisBell
from tests.bot.posting import environment
from tests.processes import accounts, families
from tests.processes.house import Town, house, procfile, town, wait_for


def jobs_in(queues: redis.Redis, kind: Kind) -> int:
    return Queue(kind.value, connection=queues).count


def test_it_names_four_kinds_of_processes() -> None:
    assert set(procfile()) == {"release", "web", "worker", "clock"}


def test_release_makes_a_database_ready(tmp_path: Path) -> None:
    with house(tmp_path, **environment(f"sqlite:///{tmp_path / 'new.db'}")) as built:
        assert built.start("release").wait(60) == 0
        assert built.flask("tick", "--json").stdout.strip() == "{}"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_worker_takes_from_every_queue(place: Town, redis_url: str, kind: Kind) -> None:
    with redis.Redis.from_url(redis_url) as queues:
        RedisBell(redis_url).ring(kind)
        assert jobs_in(queues, kind) == 1
        worker = place.house.start("worker")
        wait_for("the queue to be empty", lambda: jobs_in(queues, kind) == 0)
        assert place.house.stop(worker) == 0
        assert Queue(kind.value, connection=queues).failed_job_registry.get_job_ids() == []


def test_a_bell_rung_often_leaves_no_more_jobs_than_there_are_workers(redis_url: str) -> None:
    bell = RedisBell(redis_url)
    with redis.Redis.from_url(redis_url) as queues:
        for _ in range(5):
            bell.ring(Kind.DELIVERY, all_hands=True)
        assert jobs_in(queues, Kind.DELIVERY) == 1


def test_all_hands_are_called_where_there_is_much_to_do(place: Town, redis_url: str) -> None:
    place.house.workers(2)
    families.write(place.database, families.settle_in(place.database, 200))
    place.house.start("clock")
    with redis.Redis.from_url(redis_url) as queues:
        started = Queue(Kind.DELIVERY.value, connection=queues).started_job_registry
        wait_for("both workers to work", lambda: started.count == 2)


def test_jobs_carry_no_names_numbers_or_texts(place: Town, redis_url: str) -> None:
    [number] = families.settle_in(place.database, 1)
    done = place.house.flask("send", number, f"Hola Lupita, {families.SECRET}")
    assert done.returncode == 0, done.stderr
    with redis.Redis.from_url(redis_url) as queues:
        [job] = Queue(Kind.DELIVERY.value, connection=queues).get_jobs()
    assert isinstance(job, Job)
    assert (list(job.args), job.kwargs, job.meta) == (["delivery"], {}, {})
    accounts.check_logs(f"{job.func_name} {job.description}")


def test_what_the_web_writes_is_sent_at_once(place: Town) -> None:
    place.house.workers(1)
    numbers = families.settle_in(place.database, 1)
    place.house.flask("send", numbers[0], "Hola")
    wait_for("it to be sent", lambda: families.states(place.database)[MessageState.DELIVERED] == 1)


def test_a_worker_without_redis_says_so_in_a_sentence(tmp_path: Path, sqlite_url: str) -> None:
    with house(tmp_path, **environment(sqlite_url)) as built:
        done = built.flask("worker")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].endswith("the clock does a worker's work too.")
    assert "Traceback" not in done.stderr


def test_a_clock_without_redis_does_the_work_itself(tmp_path: Path, sqlite_url: str) -> None:
    with town(tmp_path / "logs", sqlite_url, None, rate=100) as place:
        families.write(place.database, families.settle_in(place.database, 5))
        place.house.start("clock")
        wait_for("all to be sent", lambda: families.states(place.database)[MessageState.DELIVERED] == 5)
        accounts.check_each_once(place)
