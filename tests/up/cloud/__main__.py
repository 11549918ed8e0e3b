"""Serve AWS on loopback until standard input ends.

    python -m tests.up.cloud --account 111122223333 [--api https://127.0.0.1:6443 --ca ca.crt] [--scale 0.01]

The first line that it prints is the value of PULUMI_DEBUG_PROVIDERS, and the second AWS's address.
"""

import argparse
import base64
import sys
from pathlib import Path

from tests.up.cloud.account import Account
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.plugin import Behaviour


def main() -> None:
    """Serve until standard input ends."""
    ask = argparse.ArgumentParser(prog="python -m tests.up.cloud", description="AWS on loopback")
    ask.add_argument("--account", required=True, help="the account's number, as in the stack file")
    ask.add_argument("--zone", nargs=2, action="append", default=[], metavar=("ID", "NAME"))
    ask.add_argument("--role", action="append", default=[], help="a role that is there beforehand")
    ask.add_argument("--api", default="", help="the API server of every cluster")
    ask.add_argument("--ca", type=Path, help="the file with its certificate authority")
    ask.add_argument("--scale", type=float, default=0.0, help="of the rehearsal's durations")
    given = ask.parse_args()
    if given.api:
        Account.local_api(given.api, base64.b64encode(given.ca.read_bytes()).decode())
    with Cloud(given.account, Behaviour(scale=given.scale)) as cloud:
        for identifier, name in given.zone:
            cloud.account.zone(identifier, name)
        for name in given.role:
            cloud.account.role(name)
        sys.stdout.write(f"{cloud.debug_providers}\n{cloud.account.endpoint}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
