"""Whether Secrets Manager holds the keys that the platform reads by name: they are for somebody to make."""

from collections.abc import Iterator

from oneup.preflight.account import Session
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings
from oneup.settings.required_secrets import path, required_secrets


def check_kept_secrets(session: Session, settings: AwsSettings) -> Iterator[Finding]:
    """Ask for each secret, and never for what is in it."""
    for secret in required_secrets(settings):
        name = path(settings, secret)
        answer = session.ask("secretsmanager", "describe-secret", "--secret-id", name)
        if answer.ok:
            continue
        if "ResourceNotFoundException" not in answer.reason:
            allow = "allow secretsmanager:DescribeSecret to see it"
            yield Finding(f"cannot ask for the secret {name}", allow, stops=False)
            continue
        yield Finding(
            f"Secrets Manager has no secret {name}: {secret.until_then} until it has",
            f"aws secretsmanager create-secret --region {settings.aws.region} --name {name} "
            f"--secret-string file://KEYS.json   (a JSON object with {', '.join(secret.keys)})",
            stops=False,
        )
