"""AWS credentials, and whether they belong to the stack's account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel, Field

from oneup.preflight.cli import CliResult, run_cli
from oneup.preflight.finding import Finding
from oneup.settings.aws import Aws


class _Caller(BaseModel):
    account: str = Field(alias="Account")
    arn: str = Field(alias="Arn")


class _Keys(BaseModel):
    key: str = Field(alias="AccessKeyId")
    secret: str = Field(alias="SecretAccessKey", repr=False)
    token: str = Field(alias="SessionToken", repr=False)


class _Assumed(BaseModel):
    credentials: _Keys = Field(alias="Credentials", repr=False)


@dataclass(frozen=True)
class Session:
    """Working credentials for the stack's account and region."""

    region: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    caller: str = ""
    """The caller's ARN from STS."""

    def run_cli(self, *words: str) -> CliResult:
        """Run the aws CLI with JSON output."""
        return run_cli(
            "aws", *words, "--region", self.region, "--output", "json", environment=self.environment
        )


def sign_in(aws: Aws) -> Session | Finding:
    """A session in the stack's account, through ``aws.roleArn`` if set; or a finding."""
    session = Session(aws.region)
    if aws.role_arn is not None:
        assumed = _assume(session, aws.role_arn)
        if isinstance(assumed, Finding):
            return assumed
        session = assumed
    answer = session.run_cli("sts", "get-caller-identity")
    if not answer.ok:
        return Finding(f"no valid AWS credentials: {answer.reason}", "aws sso login   (or `aws configure`)")
    caller = _Caller.model_validate_json(answer.out)
    if caller.account != aws.account:
        return Finding(
            f"the stack is for AWS account {aws.account}, but the credentials belong to {caller.arn}",
            f"export AWS_PROFILE=PROFILE of account {aws.account}, or correct aws.account in the stack file",
        )
    return replace(session, caller=caller.arn)


def _assume(session: Session, role: str) -> Session | Finding:
    """A session of the stack's role, as the provider assumes it."""
    words = ("--role-arn", role, "--role-session-name", "oneup-preflight", "--duration-seconds", "900")
    answer = session.run_cli("sts", "assume-role", *words)
    if not answer.ok:
        return Finding(
            f"the role {role} cannot be assumed: {answer.reason}",
            "sign in as a principal that the role trusts (`aws sso login`), or correct aws.roleArn",
        )
    keys = _Assumed.model_validate_json(answer.out).credentials
    variables = {
        "AWS_ACCESS_KEY_ID": keys.key,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_SESSION_TOKEN": keys.token,
    }
    return Session(session.region, variables)
