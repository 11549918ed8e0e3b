"""Account-wide services: the Shield subscription and the GuardDuty detector."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.account import Session
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings


class _Subscription(BaseModel):
    state: str = Field(alias="SubscriptionState")


class _Detectors(BaseModel):
    ids: list[str] = Field(alias="DetectorIds")


class _Configuration(BaseModel):
    name: str = Field(alias="Name")
    status: str = Field(alias="Status")


class _Feature(_Configuration):
    configurations: list[_Configuration] = Field(default=[], alias="AdditionalConfiguration")


class _Detector(BaseModel):
    tags: Mapping[str, str] = Field(default={}, alias="Tags")
    features: list[_Feature] = Field(default=[], alias="Features")

    def states(self) -> Mapping[str, str]:
        """The status of each feature and its configuration, by name."""
        every = [one for feature in self.features for one in (feature, *feature.configurations)]
        return {one.name: one.status for one in every}


REQUIRED_FEATURES: Mapping[str, str] = {
    "EKS_AUDIT_LOGS": "ENABLED",
    "RUNTIME_MONITORING": "ENABLED",
    "EKS_ADDON_MANAGEMENT": "DISABLED",
}
"""What an existing detector needs for the stack's agent; AWS must not manage a second agent."""


def check_security_services(session: Session, settings: AwsSettings) -> Iterator[Finding]:
    """Check what the settings require."""
    if settings.edge.shield:
        yield from _shield(session)
    if settings.audit.guard_duty:
        given = settings.audit.detector
        yield from _existing_detector(session, given) if given else _foreign_detector(session, settings)


def _shield(session: Session) -> Iterator[Finding]:
    answer = session.run_cli("shield", "get-subscription-state")
    try:
        state = _Subscription.model_validate_json(answer.out).state
    except ValidationError:
        yield _cannot_read("the Shield Advanced subscription", "shield:GetSubscriptionState")
        return
    if state != "ACTIVE":
        yield Finding(
            "edge.shield is true, but the account has no Shield Advanced subscription",
            "aws shield create-subscription   (3,000 USD a month, for a year), or set edge.shield: false",
        )


def _foreign_detector(session: Session, settings: AwsSettings) -> Iterator[Finding]:
    """AWS allows one detector per region: an existing one of another owner must be set."""
    answer = session.run_cli("guardduty", "list-detectors")
    try:
        found = _Detectors.model_validate_json(answer.out).ids
        owners = {one: _describe(session, one).tags.get("stack") for one in found}
    except ValidationError:
        yield _cannot_read("the account's detector", "guardduty:ListDetectors and guardduty:GetDetector")
        return
    for identifier, owner in owners.items():
        if owner != settings.aws.tags.get("stack", settings.stack):
            yield Finding(
                f"the account already has a GuardDuty detector in {session.region}, and AWS allows only one",
                f"set audit.detector: {identifier}; the stack then uses it without changing it",
            )


def _existing_detector(session: Session, identifier: str) -> Iterator[Finding]:
    try:
        states = _describe(session, identifier).states()
    except ValidationError:
        yield Finding(
            f"there is no GuardDuty detector {identifier} in {session.region}, or it cannot be read",
            "aws guardduty list-detectors   (and correct audit.detector, or allow guardduty:GetDetector)",
        )
        return
    for feature, wanted in REQUIRED_FEATURES.items():
        if states.get(feature, "DISABLED") != wanted:
            yield Finding(
                f"the detector {identifier} has {feature} {states.get(feature, 'DISABLED')}",
                f"ask its owner to set it to {wanted}: otherwise the cluster is monitored partly or twice",
                blocking=False,
            )


def _describe(session: Session, identifier: str) -> _Detector:
    answer = session.run_cli("guardduty", "get-detector", "--detector-id", identifier)
    return _Detector.model_validate_json(answer.out)


def _cannot_read(what: str, allow: str) -> Finding:
    return Finding(f"cannot read {what}", f"allow {allow}", blocking=False)
