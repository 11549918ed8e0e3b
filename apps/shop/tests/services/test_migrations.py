import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text
from sqlalchemy.schema import SchemaItem

from running.process import answers
from running.shop import OWNERS, SOURCE, Shop
from storekit.catalogue import load
from storekit.database import Table
from storekit.migration import config


def tables(name: str) -> set[str]:
    load(name)
    mappers = [mapper for mapper in Table.registry.mappers if mapper.class_.__module__.startswith(f"{name}.")]
    return {str(mapper.local_table) for mapper in mappers}


def differences(connection: Connection, name: str) -> list[object]:
    own = tables(name)

    def ours(_item: SchemaItem, label: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or label in own

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    return list(compare_metadata(context, Table.metadata))


def scratch(shop: Shop, name: str, owner: str) -> Engine:
    """A new, empty database that a service's account may use."""
    with shop.database.engine().connect() as connection:
        connection.execute(text(f"CREATE DATABASE scratch_{name}"))
        connection.execute(text(f"GRANT ALL ON scratch_{name}.* TO {owner}@'%'"))
    return shop.database.engine(f"scratch_{name}")


@pytest.mark.parametrize("name", OWNERS)
def test_the_migrated_tables_are_those_of_the_code(shop: Shop, name: str) -> None:
    assert tables(name)
    with shop.database.engine(f"shop_{name}").connect() as connection:
        assert differences(connection, name) == []


def test_a_difference_would_be_seen(shop: Shop) -> None:
    with scratch(shop, "difference", "shop_user").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE account (id CHAR(36) PRIMARY KEY)")
        assert differences(connection, "user")


@pytest.mark.parametrize("name", OWNERS)
def test_every_step_of_the_history_can_be_taken_back(shop: Shop, name: str) -> None:
    history = load(name).migrations
    assert history is not None
    with scratch(shop, name, f"shop_{name}").connect() as connection:
        for step in (command.upgrade, command.downgrade, command.upgrade):
            step(config(history, connection), "base" if step is command.downgrade else "head")
            found = set(connection.exec_driver_sql("SHOW TABLES").scalars()) - {"alembic_version"}
            assert found == (set() if step is command.downgrade else tables(name))


def test_two_migrations_at_once_do_not_disturb_each_other(shop: Shop) -> None:
    scratch(shop, "twice", "shop_order")
    environment = {**shop.environment("order"), "SHOP_DATABASE_NAME": "scratch_twice"}
    run = [sys.executable, "-m", "storekit", "migrate"]
    both = [subprocess.Popen(run, env=environment, cwd=SOURCE, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


def test_a_service_is_not_ready_before_its_tables_are(shop: Shop) -> None:
    scratch(shop, "empty", "shop_user")
    with shop.another("user", SHOP_DATABASE_NAME="scratch_empty") as service:
        assert not answers(service.url + "/readyz")
        shop.command("user", "migrate", SHOP_DATABASE_NAME="scratch_empty")
        assert answers(service.url + "/readyz")
