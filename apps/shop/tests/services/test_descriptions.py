import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from running.client import Visitor
from running.shop import SERVICES, SOURCE, Shop

DESCRIPTIONS = SOURCE / "contracts" / "openapi"

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
)
# The session comes with every request, so signing out would end it for the others; and a cookie that cannot
# be used is no reason to refuse a request.
AT_THE_DOOR = ("--exclude-path=/api/session", "--exclude-checks=negative_data_rejection")


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_serves_is_a_valid_description(shop: Shop, service: str) -> None:
    description = Visitor(shop.url(service)).ask("GET", "/openapi.json").body
    validate(description)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_what_its_description_says(
    shop: Shop, customer: Visitor, service: str, tmp_path: Path
) -> None:
    """Requests made from the description, right ones and wrong ones; each answer is held against it."""
    token = customer.cookies["session"]
    url = shop.url(service)
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            f"{url}/openapi.json",
            "--phases=coverage,fuzzing",
            "--max-examples=4",
            "--seed=7",
            "--generation-deterministic",
            "--no-color",
            f"--checks={','.join(CHECKS)}",
            *(AT_THE_DOOR if service == "store-api" else ()),
            f"--header=Authorization: Bearer {token}",
            f"--header=Cookie: session={token}",
        ],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    exceptions = [str(entry["exception"]) for entry in shop.entries(service) if "exception" in entry]
    assert run.returncode == 0, "\n".join([run.stdout[-6000:], run.stderr[-2000:], *exceptions[-3:]])


def test_the_descriptions_in_the_repository_are_those_of_the_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "storekit.descriptions", str(tmp_path)]
    subprocess.run(command, cwd=SOURCE, check=True)
    for service in SERVICES:
        made, kept = tmp_path / f"{service}.json", DESCRIPTIONS / f"{service}.json"
        assert made.read_text() == kept.read_text(), (
            f"renew {kept.name}: python -m storekit.descriptions contracts/openapi"
        )
