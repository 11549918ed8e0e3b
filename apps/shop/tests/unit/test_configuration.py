import subprocess
import sys

import pytest

from running.shop import SOURCE
from storekit.catalogue import NAMES, load
from storekit.configuration import ConfigurationError, read, variables
from storekit.database import DatabaseSettings

RIGHT = {
    "SHOP_HOST": "mysql",
    "SHOP_NAME": "shop_user",
    "SHOP_USER": "shop_user",
    "SHOP_PASSWORD": "secret of the account",
}


def mistakes(**changed: str) -> list[str]:
    with pytest.raises(ConfigurationError) as wrong:
        read(DatabaseSettings, {**RIGHT, **changed})
    return str(wrong.value).splitlines()


def test_values_are_read_and_defaults_stand_in() -> None:
    settings = read(DatabaseSettings, {**RIGHT, "SHOP_PORT": "3307"})
    assert (settings.host, settings.port) == ("mysql", 3307)
    assert read(DatabaseSettings, RIGHT).port == 3306


def test_every_missing_variable_is_named_with_its_meaning() -> None:
    with pytest.raises(ConfigurationError) as wrong:
        read(DatabaseSettings, {})
    lines = str(wrong.value).splitlines()
    assert len(lines) == 4
    assert lines[0] == "SHOP_HOST is not set: the database server's name"


def test_a_wrong_value_is_named_but_not_shown() -> None:
    lines = mistakes(SHOP_PORT="3306; DROP", SHOP_PASSWORD="")
    assert [line.split(" ")[0] for line in lines] == ["SHOP_PORT", "SHOP_PASSWORD"]
    assert not any("DROP" in line for line in lines)


def test_secrets_do_not_show_in_what_is_printed_of_settings() -> None:
    assert RIGHT["SHOP_PASSWORD"] not in repr(read(DatabaseSettings, RIGHT))


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_explained(name: str) -> None:
    found = list(variables(load(name).settings))
    assert len({variable for variable, _, _ in found}) == len(found) > 5
    assert all(about for _, about, _ in found)


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "storekit", *arguments]
    return subprocess.run(run, cwd=SOURCE, env=environment, capture_output=True, text=True)


def test_a_service_that_is_told_too_little_says_what_it_needs_and_ends() -> None:
    done = command("serve", SHOP_SERVICE="order")
    assert done.returncode == 2
    assert "SHOP_DATABASE_HOST is not set" in done.stderr
    assert "SHOP_TOKEN_SECRET is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_that_does_not_exist_is_not_served() -> None:
    done = command("serve", SHOP_SERVICE="kiosk")
    assert (done.returncode, "must be one of user, product" in done.stderr) == (2, True)


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    done = command("fly", SHOP_SERVICE="order")
    assert (done.returncode, "migrate|resume|tidy" in done.stderr) == (2, True)


def test_a_database_that_is_not_there_ends_a_command_with_its_own_status() -> None:
    environment = {f"SHOP_DATABASE_{name.removeprefix('SHOP_')}": value for name, value in RIGHT.items()}
    environment |= {
        "SHOP_DATABASE_HOST": "127.0.0.1",
        "SHOP_DATABASE_PORT": "1",
        "SHOP_TOKEN_SECRET": "x" * 32,
    }
    done = command("tidy", SHOP_SERVICE="user", **environment)
    assert (done.returncode, "the database is not available" in done.stdout) == (3, True)
