import threading
from collections.abc import Generator

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from running.neighbour import Neighbour, Reply
from running.process import free_port
from running.shop import PASSWORD, Shop
from store_api.kept import Kept
from storekit.cache import Cache, RedisSettings
from storekit.database import Database, DatabaseSettings
from storekit.metrics import DATABASE_RETRIES
from storekit.problem import Unavailable


def settings(shop: Shop, **changed: object) -> DatabaseSettings:
    return DatabaseSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": shop.database.port,
            "name": "shop_user",
            "user": "shop_user",
            "password": PASSWORD,
            **changed,
        }
    )


def retries() -> float:
    return sum(sample.value for metric in DATABASE_RETRIES.collect() for sample in metric.samples[:1])


@pytest.fixture
def database(shop: Shop) -> Generator[Database]:
    made = Database(settings(shop), 4)
    with made.engine.begin() as connection:
        connection.execute(text("CREATE OR REPLACE TABLE pair (id INT PRIMARY KEY, n INT)"))
        connection.execute(text("INSERT INTO pair VALUES (1, 0), (2, 0)"))
    yield made
    with made.engine.begin() as connection:
        connection.execute(text("DROP TABLE pair"))


def test_a_deadlock_is_run_again_from_the_start(database: Database) -> None:
    met = threading.Barrier(2)
    before = retries()

    def both(first: int, second: int) -> None:
        attempts = 0

        def work(session: Session) -> None:
            nonlocal attempts
            attempts += 1
            session.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": first})
            if attempts == 1:
                met.wait(10)
            session.execute(text("UPDATE pair SET n = n + 1 WHERE id = :id"), {"id": second})

        database.run(work)

    other = threading.Thread(target=both, args=(2, 1))
    other.start()
    both(1, 2)
    other.join()
    assert retries() == before + 1
    with database.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT n FROM pair"))) == {2}


def test_work_that_fails_leaves_nothing(database: Database) -> None:
    def work(session: Session) -> None:
        session.execute(text("UPDATE pair SET n = 9"))
        raise ValueError

    with pytest.raises(ValueError):
        database.run(work)
    with database.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT n FROM pair"))) == {0}


@pytest.mark.parametrize("changed", [{"password": "wrong"}, {"name": "shop_nowhere"}, {"port": free_port()}])
def test_a_database_that_lets_nobody_in_is_unavailable(shop: Shop, changed: dict[str, object]) -> None:
    with pytest.raises(Unavailable):
        Database(settings(shop, **changed), 1).ping()


def test_connections_that_are_all_in_use_are_not_waited_for_long(shop: Shop) -> None:
    database = Database(settings(shop), 1)

    def work(session: Session) -> None:
        session.execute(text("SELECT 1"))  # takes the only connection
        database.ping()

    with pytest.raises(Unavailable):
        database.run(work)


def test_accounts_reach_their_own_database_only(shop: Shop) -> None:
    with pytest.raises(Unavailable):
        Database(settings(shop, name="shop_payment"), 1).ping()


class Old(BaseModel):
    number: int


class New(BaseModel):
    text: str


@pytest.fixture
def cache(shop: Shop) -> Cache:
    return Cache(RedisSettings(url=f"redis://127.0.0.1:{shop.redis.port}/1"))


def test_what_is_cached_is_found_until_it_is_forgotten(cache: Cache) -> None:
    cache.put("kept", Old(number=1), 60)
    assert cache.get("kept", Old) == Old(number=1)
    cache.forget("kept")
    assert cache.get("kept", Old) is None


def test_what_another_release_has_cached_is_not_found(cache: Cache) -> None:
    cache.put("old", Old(number=1), 60)
    assert cache.get("old", New) is None


def test_counting_starts_again_after_a_time(cache: Cache) -> None:
    assert [cache.count("often", 60) for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("control", "asked"), [("s-maxage=60", 1), ("max-age=60", 2), ("no-store", 2), ("s-maxage=0", 2)]
)
def test_an_answer_is_kept_only_where_its_service_lets_shared_caches_keep_it(
    cache: Cache, neighbour: Neighbour, control: str, asked: int
) -> None:
    kept = Kept(cache, neighbour.upstream)
    kept.forget("/shelf")
    neighbour.replies = [Reply(200, b"one", {"Cache-Control": control}), Reply(200, b"two")]
    assert [kept.get("/shelf"), kept.get("/shelf")] == [b"one", b"one" if asked == 1 else b"two"]
    assert len(neighbour.received) == asked


def test_an_answer_that_is_forgotten_is_asked_for_again(cache: Cache, neighbour: Neighbour) -> None:
    kept = Kept(cache, neighbour.upstream)
    kept.forget("/shelf", "/other")
    neighbour.replies = [Reply(200, text, {"Cache-Control": "s-maxage=60"}) for text in (b"one", b"two")]
    assert kept.get("/shelf") == b"one"
    kept.forget("/shelf", "/other")
    assert kept.get("/shelf") == b"two"
