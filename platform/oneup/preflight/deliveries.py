"""Whether Argo CD can tell of deliveries: the secret with its keys is for somebody to make."""

from collections.abc import Iterator

from oneup.preflight.account import Session
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings


def check_keys(session: Session, settings: AwsSettings) -> Iterator[Finding]:
    """Ask for the secret, and never for what is in it."""
    addons = settings.addons
    keys = addons.argo_cd.notifications.keys
    if not keys or not addons.argo_cd.enabled or not addons.external_secrets.enabled:
        return
    name = settings.delivery_keys
    answer = session.ask("secretsmanager", "describe-secret", "--secret-id", name)
    if answer.ok:
        return
    if "ResourceNotFoundException" not in answer.reason:
        allow = "allow secretsmanager:DescribeSecret to see it"
        yield Finding(f"cannot ask for the secret {name}", allow, stops=False)
        return
    yield Finding(
        f"Secrets Manager has no secret {name}: Argo CD tells nobody of deliveries until it has",
        f"aws secretsmanager create-secret --region {settings.aws.region} --name {name} "
        f"--secret-string file://KEYS.json   (a JSON object with {', '.join(keys)})",
        stops=False,
    )
