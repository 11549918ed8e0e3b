"""CloudWatch Logs: moto keeps a group's key from its creation on, and lets nothing change it."""

from moto.logs.responses import LogsResponse

from tests.up.cloud.simulated.registry import simulated

WHY = "moto changes no key of a log group"


@simulated(LogsResponse, "logs", WHY)
def associate_kms_key(self: LogsResponse) -> str:
    """Encrypt a group with another key."""
    self.logs_backend.groups[str(self._get_param("logGroupName"))].kms_key_id = self._get_param("kmsKeyId")
    return ""


@simulated(LogsResponse, "logs", WHY)
def disassociate_kms_key(self: LogsResponse) -> str:
    """Encrypt a group with AWS's own key."""
    self.logs_backend.groups[str(self._get_param("logGroupName"))].kms_key_id = None
    return ""
