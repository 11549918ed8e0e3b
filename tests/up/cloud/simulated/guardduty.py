"""GuardDuty: moto tags a detector when it is made, and never again; a change of features forgets others."""

from typing import Final
from urllib.parse import unquote

from moto.guardduty.responses import GuardDutyResponse
from moto.guardduty.urls import url_paths

from tests.up.cloud.simulated.registry import simulated

WHY = "moto changes no tags of a detector"

url_paths["{0}/tags/(?P<resourceArn>.+)$"] = GuardDutyResponse.dispatch

_moto_update: Final = GuardDutyResponse.update_detector


class GuardDuty(GuardDutyResponse):
    """Detectors with tags, and with several features."""

    @simulated(WHY)
    def tag_resource(self) -> str:
        """Tag a detector."""
        self._own_tags().update(self._get_param("tags"))
        return "{}"

    @simulated(WHY)
    def untag_resource(self) -> str:
        """Take tags off a detector."""
        for key in self.querystring.get("tagKeys", []):
            self._own_tags().pop(key, None)
        return "{}"

    @simulated("moto forgets the features that a change does not name")
    def update_detector(self) -> str:
        """As moto does, with the features that were there before."""
        detector = self.guardduty_backend.get_detector(self.path.rpartition("/")[2])
        before = {feature["name"]: feature for feature in detector.features}
        answer = _moto_update(self)
        detector.features = list({**before, **{one["name"]: one for one in detector.features}}.values())
        return answer

    def _own_tags(self) -> dict[str, str]:
        return self.guardduty_backend.get_detector(unquote(self.path).rpartition("/")[2]).tags
