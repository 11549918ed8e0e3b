"""Formats of AWS names, ids and ARNs."""

import re
from typing import Annotated, Final

from oneup.settings.errors import join_names, suggestion
from oneup.settings.formats.form import Complaint, Format, Unit

REGIONS: Final = frozenset(
    {
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
        *("ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
        *("ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
        *("ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1"),
        *("eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
        *("il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1"),
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        *("cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"),
    }
)

_PARTITION: Final = "aws(?:-cn|-us-gov)?"
_IAM: Final = rf"arn:{_PARTITION}:iam::\d{{12}}:"
_ASSUMED: Final = re.compile(rf"arn:({_PARTITION}):sts::(\d{{12}}):assumed-role/([^/]+)/.*")


def _region(value: str) -> Complaint | None:
    if value in REGIONS:
        return None
    if value.startswith(("cn-", "us-gov-", "us-iso")):
        return Complaint("is in an unsupported AWS partition; choose another region")
    if value[:-1] in REGIONS:
        return Complaint(f"is a zone, not a region; did you mean {value[:-1]}?")
    return Complaint(f"is not an AWS region that oneup knows{suggestion(value, REGIONS)}")


def _zone(value: str) -> Complaint | None:
    if value in REGIONS:
        return Complaint(f"is a region, not a zone; did you mean {value}a?")
    return None


def _account(value: str) -> str:
    return re.sub(r"\D", "", value)


def _iam(value: str) -> Complaint | None:
    assumed = _ASSUMED.fullmatch(value)
    if assumed:
        partition, account, role = assumed.groups()
        return Complaint(f"is a role session; did you mean arn:{partition}:iam::{account}:role/{role}?")
    if re.fullmatch(rf"{_IAM}root", value):
        return Complaint("is the whole account; use a role or a user")
    return None


def _hosted_zone(value: str) -> str:
    return value.rsplit("/", 1)[-1].upper()


Region = Annotated[
    str, Format("an AWS region", r"[a-z0-9-]+", choices=REGIONS, reject=_region, encryptable=False)
]
Zone = Annotated[
    str,
    Format(
        "an availability zone such as eu-central-1a",
        r"[a-z]+(?:-[a-z]+)+-\d[a-z]",
        correct=str.lower,
        reject=_zone,
        encryptable=False,
    ),
]
AccountId = Annotated[str, Format("an account id of twelve digits", r"\d{12}", correct=_account)]
RoleArn = Annotated[
    str,
    Format("the ARN of an IAM role (arn:aws:iam::111122223333:role/name)", rf"{_IAM}role/.+", reject=_iam),
]
PrincipalArn = Annotated[
    str,
    Format(
        "the ARN of an IAM role or user (arn:aws:iam::111122223333:role/name)",
        rf"{_IAM}(?:role|user)/.+",
        reject=_iam,
    ),
]
PolicyArn = Annotated[
    str,
    Format(
        "the ARN of an IAM policy (arn:aws:iam::111122223333:policy/name)",
        rf"arn:{_PARTITION}:iam::(?:\d{{12}}|aws):policy/.+",
    ),
]
KeyArn = Annotated[
    str,
    Format(
        "the ARN of a KMS key (arn:aws:kms:eu-central-1:111122223333:key/…; not an alias)",
        rf"arn:{_PARTITION}:kms:[a-z0-9-]+:\d{{12}}:key/[a-z0-9-]+",
    ),
]
HostedZoneId = Annotated[
    str,
    Format(
        "the id of a Route 53 zone such as Z0123456789ABCDEFGHIJ", r"Z[A-Z0-9]{1,31}", correct=_hosted_zone
    ),
]
SecretPrefix = Annotated[
    str,
    Format(
        "a path such as oneup/staging (letters, digits, _, . and -, between single slashes)",
        r"[\w.-]+(?:/[\w.-]+)*",
        correct=lambda value: value.strip("/"),
        encryptable=False,
    ),
]
"""Prefix of the names of secrets and parameters."""

InstanceTypeName = Annotated[
    str,
    Format(
        "an EC2 instance type such as t3.large",
        r"[a-z0-9-]+\.(?:nano|micro|small|medium|large|metal|(?:\d+)?xlarge|metal-\d+xl)",
        correct=str.lower,
        encryptable=False,
    ),
]
ENDPOINT_SERVICES: Final = frozenset(
    {
        *("acm-pca", "aps", "aps-workspaces", "athena", "autoscaling", "bedrock-runtime", "cloudformation"),
        *("dynamodb", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticache"),
        *("elasticfilesystem", "elasticloadbalancing", "email-smtp", "events", "guardduty-data", "kafka"),
        *("kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds"),
        *("secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "wafv2", "xray"),
    }
)
"""Services with interface endpoints."""


def _endpoint(value: str) -> Complaint | None:
    if value in ENDPOINT_SERVICES:
        return None
    if value == "s3":
        return Complaint("has a gateway endpoint, which every stack creates at no cost; remove it here")
    if value == "ecr":
        return Complaint("has two endpoints; did you mean ecr.api and ecr.dkr?")
    short = re.sub(r"^com\.amazonaws\.[a-z0-9-]+\.", "", value)
    close = f"; did you mean {short}?" if short in ENDPOINT_SERVICES else suggestion(value, ENDPOINT_SERVICES)
    return Complaint(f"is not a service with an interface endpoint that oneup knows{close}")


InterfaceEndpoint = Annotated[
    str,
    Format(
        "a service such as ecr.api",
        r"[a-z0-9.-]+",
        choices=ENDPOINT_SERVICES,
        reject=_endpoint,
        encryptable=False,
    ),
]
TagKey = Annotated[
    str,
    Format(
        "a tag's key (letters, digits, spaces and _.:/=+-@, at most 128; not aws:…)",
        r"(?!aws:)[\w .:/=+\-@]{1,128}",
    ),
]
TagValue = Annotated[
    str, Format("a tag's value (letters, digits, spaces and _.:/=+-@, at most 256)", r"[\w .:/=+\-@]{0,256}")
]
EksAddonVersion = Annotated[
    str, Format("an EKS addon's version such as v1.20.4-eksbuild.1", r"v\d+\.\d+\.\d+-eksbuild\.\d+")
]
Days = Annotated[int, Unit("days")]
Nodes = Annotated[int, Unit("nodes")]
Gibibytes = Annotated[int, Unit("GiB")]

CLOUDWATCH_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The retentions that CloudWatch Logs accepts."""


def retention_complaint(days: int) -> str | None:
    """Why CloudWatch Logs does not support this retention, or None."""
    if days in CLOUDWATCH_DAYS:
        return None
    longer = [kept for kept in CLOUDWATCH_DAYS if kept > days]
    nearest = f"did you mean {longer[0]}?" if longer and days > 0 else f"the longest is {CLOUDWATCH_DAYS[-1]}"
    around = join_names(kept for kept in CLOUDWATCH_DAYS if kept <= 90)
    return f"{days} days is not a retention of CloudWatch Logs ({around}, …); {nearest}"
