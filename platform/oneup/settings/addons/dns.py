"""external-dns' knobs."""

from typing import Literal

from oneup.settings.addons.switch import AwsOptIn


class ExternalDns(AwsOptIn):
    """How the hosts of Ingresses and Services come into Route 53."""

    policy: Literal["sync", "upsert-only"] = "sync"
    """``sync`` also deletes the records of hosts that are gone; of its own records only, by their owner."""
