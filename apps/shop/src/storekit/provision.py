"""Databases and accounts, made by the administrator. Safe to run again, also with other passwords."""

import os
import sys
from collections.abc import Mapping

from pydantic import Field
from sqlalchemy import URL, Connection, create_engine, text

from storekit import logs
from storekit.configuration import ConfigurationError, Part, read

OWNERS = ("user", "product", "order", "payment")


class Passwords(Part):
    """The password of each service's account."""

    user: str = Field(min_length=12, description="the password of the account shop_user", repr=False)
    product: str = Field(min_length=12, description="the password of the account shop_product", repr=False)
    order: str = Field(min_length=12, description="the password of the account shop_order", repr=False)
    payment: str = Field(min_length=12, description="the password of the account shop_payment", repr=False)


class Administrator(Part):
    """The account that may create databases and accounts."""

    host: str = Field(description="the database server's name")
    port: int = Field(3306, ge=1, le=65535, description="the database server's port")
    user: str = Field("root", description="the administrator's account")
    password: str = Field(description="the administrator's password", repr=False)


class Provision(Part):
    """What this command is told."""

    admin: Administrator
    password: Passwords


def provision(settings: Provision) -> None:
    """One database and one account a service; the account may do anything there and nothing elsewhere."""
    admin = settings.admin
    engine = create_engine(URL.create("mysql+pymysql", admin.user, admin.password, admin.host, admin.port))
    with engine.connect() as connection:
        for owner in OWNERS:
            _one(connection, f"shop_{owner}", str(getattr(settings.password, owner)))
    engine.dispose()


def _one(connection: Connection, name: str, password: str) -> None:
    connection.execute(text(f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4"))
    for statement in ("CREATE USER IF NOT EXISTS", "ALTER USER"):
        connection.execute(text(f"{statement} {name}@'%' IDENTIFIED BY :password"), {"password": password})
    connection.execute(text(f"GRANT ALL PRIVILEGES ON {name}.* TO {name}@'%'"))
    logs.say("provisioned", database=name)


def main(environ: Mapping[str, str]) -> int:
    """Run the command."""
    logs.configure("provision", "INFO")
    try:
        provision(read(Provision, environ))
    except ConfigurationError as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - for whoever started it
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
