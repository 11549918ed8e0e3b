"""CloudWatch Logs: moto keeps a group's key from its creation on, and lets nothing change it."""

from moto.logs.responses import LogsResponse

from tests.up.cloud.simulated.registry import simulated

WHY = "moto changes no key of a log group"


class Logs(LogsResponse):
    """The key of a log group."""

    @simulated(WHY)
    def associate_kms_key(self) -> str:
        """Encrypt a group with another key."""
        self._own_key(self._get_param("kmsKeyId"))
        return ""

    @simulated(WHY)
    def disassociate_kms_key(self) -> str:
        """Encrypt a group with AWS's own key."""
        self._own_key(None)
        return ""

    def _own_key(self, key: str | None) -> None:
        self.logs_backend.groups[str(self._get_param("logGroupName"))].kms_key_id = key
