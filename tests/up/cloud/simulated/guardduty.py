"""GuardDuty: moto tags a detector when it is made, and never again."""

from typing import Final
from urllib.parse import unquote

from moto.guardduty.responses import GuardDutyResponse
from moto.guardduty.urls import url_paths

from tests.up.cloud.simulated.registry import simulated

WHY = "moto changes no tags of a detector"

url_paths["{0}/tags/(?P<resourceArn>.+)$"] = GuardDutyResponse.dispatch


def _tags(self: GuardDutyResponse) -> dict[str, str]:
    detector = self.guardduty_backend.get_detector(unquote(self.path).rpartition("/")[2])
    detector.tags = detector.tags or {}
    return detector.tags


@simulated(GuardDutyResponse, "guardduty", WHY)
def tag_resource(self: GuardDutyResponse) -> str:
    """Tag a detector."""
    _tags(self).update(self._get_param("tags"))
    return "{}"


@simulated(GuardDutyResponse, "guardduty", WHY)
def untag_resource(self: GuardDutyResponse) -> str:
    """Take tags off a detector."""
    for key in self.querystring.get("tagKeys", []):
        _tags(self).pop(key, None)
    return "{}"


_moto_update: Final = GuardDutyResponse.update_detector


@simulated(GuardDutyResponse, "guardduty", "moto forgets the features that a change does not name")
def update_detector(self: GuardDutyResponse) -> str:
    """As moto does, with the features that were there before."""
    detector = self.guardduty_backend.get_detector(self.path.rpartition("/")[2])
    before = {feature["name"]: feature for feature in detector.features}
    answer = _moto_update(self)
    detector.features = list({**before, **{one["name"]: one for one in detector.features}}.values())
    return answer
