import gzip
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from running.client import Visitor
from running.ledger import Ledger
from running.shop import OWNERS, ROOT, Shop

SCRIPTS = ROOT / "database"


def run(script: str, argument: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPTS / script), str(argument)]
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True
    )


@pytest.fixture
def backup(shop: Shop, tmp_path: Path) -> Path:
    done = run("backup.sh", tmp_path, shop.administrator())
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def totals(ledger: Ledger) -> list[int]:
    tables = (
        "shop_user.account",
        "shop_product.product",
        "shop_order.customer_order",
        "shop_payment.payment",
    )
    return [ledger.number(f"SELECT COUNT(*) FROM {table}") for table in tables]


def test_what_was_backed_up_can_be_restored(
    shop: Shop, customer: Visitor, ledger: Ledger, tmp_path: Path
) -> None:
    order = customer.order(customer.checkout("enamel-mug")).text("id")
    before = totals(ledger)
    made = run("backup.sh", tmp_path, shop.administrator())
    for owner in OWNERS:
        ledger.run(f"DROP DATABASE shop_{owner}")
    restored = run("restore.sh", Path(made.stdout.strip()), shop.administrator())
    assert restored.returncode == 0, restored.stderr
    assert totals(ledger) == before
    assert customer.ask("GET", f"/api/orders/{order}").body["state"] == "paid"


def test_a_backup_is_for_its_owner_only_and_leaves_no_scraps(backup: Path) -> None:
    assert {path.name for path in backup.parent.iterdir()} == {backup.name, backup.name + ".sha256"}
    assert backup.stat().st_mode & 0o077 == 0


def test_a_damaged_backup_is_refused(shop: Shop, backup: Path, ledger: Ledger) -> None:
    before = totals(ledger)
    content = gzip.decompress(backup.read_bytes())
    backup.write_bytes(gzip.compress(content[: len(content) // 2]))
    assert run("restore.sh", backup, shop.administrator()).returncode != 0
    assert totals(ledger) == before


def test_a_backup_that_fails_leaves_nothing(shop: Shop, tmp_path: Path) -> None:
    wrong = {**shop.administrator(), "SHOP_ADMIN_PASSWORD": "wrong"}
    assert run("backup.sh", tmp_path / "kept", wrong).returncode != 0
    assert list((tmp_path / "kept").iterdir()) == []
