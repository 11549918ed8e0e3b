"""Whether Secrets Manager has the required secrets."""

from collections.abc import Iterator

from oneup.preflight.account import Session
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings
from oneup.settings.required_secrets import required_secrets, secrets_manager_name


def check_required_secrets(session: Session, settings: AwsSettings) -> Iterator[Finding]:
    """Check that each secret exists, without reading it."""
    for secret in required_secrets(settings):
        name = secrets_manager_name(settings, secret)
        answer = session.run_cli("secretsmanager", "describe-secret", "--secret-id", name)
        if answer.ok:
            continue
        if "ResourceNotFoundException" not in answer.reason:
            allow = "allow secretsmanager:DescribeSecret"
            yield Finding(f"cannot check the secret {name}", allow, blocking=False)
            continue
        yield Finding(
            f"Secrets Manager has no secret {name}: until it exists, {secret.until_then}",
            f"aws secretsmanager create-secret --region {settings.aws.region} --name {name} "
            f"--secret-string file://KEYS.json   (a JSON object with the keys {', '.join(secret.keys)})",
            blocking=False,
        )
