"""DNS zones and records, certificates, the web application firewall."""

from typing import Final

from oneup.plan import Json
from oneup.plan.resource_types.resource_type import ResourceType
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource

ZONE: Final = "aws:route53/zone:Zone"
RECORD: Final = "aws:route53/record:Record"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
CERTIFICATE_VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
WEB_ACL_LOG: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"


def _zone(made: SimulatedResource) -> Outputs:
    own = "Z" + made.identifier("zone")[5:].upper()
    servers: Json = [f"ns-{place}.awsdns-00.example" for place in range(1, 5)]
    return {"id": own, "zoneId": own, "arn": f"arn:aws:route53:::hostedzone/{own}", "nameServers": servers}


def _record(made: SimulatedResource) -> Outputs:
    name, kind = made.text("name", made.name), made.text("type", "A")
    return {"id": f"{made.text('zoneId')}_{name}_{kind}", "fqdn": name.rstrip(".")}


def _certificate(made: SimulatedResource) -> Outputs:
    others = made.inputs.get("subjectAlternativeNames")
    listed = others if isinstance(others, list) else []
    names = sorted({made.text("domainName"), *(str(each) for each in listed)})
    options: Json = [
        {
            "domainName": name,
            "resourceRecordName": f"_proof.{name.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_proof.acm-validations.example.",
        }
        for name in reversed(names)
    ]
    own = made.arn("acm", f"certificate/{made.identifier('acm')[4:]}")
    return {"id": own, "arn": own, "domainValidationOptions": options}


def _web_acl(made: SimulatedResource) -> Outputs:
    own = made.identifier("acl")[4:]
    return {"id": own, "arn": made.arn("wafv2", f"regional/webacl/{made.text('name', made.name)}/{own}")}


TYPES: Final = (
    ResourceType(
        ZONE,
        cloudformation="AWS::Route53::HostedZone",
        actions=("route53:ChangeResourceRecordSets",),
        unneeded=("route53:*QueryLoggingConfig",),
        simulate=_zone,
        replaces=("name",),
    ),
    ResourceType(
        RECORD,
        actions=("route53:ChangeResourceRecordSets", "route53:GetChange", "route53:ListResourceRecordSets"),
        taggable=False,
        simulate=_record,
        replaces=("zoneId", "name", "setIdentifier"),
    ),
    ResourceType(
        CERTIFICATE,
        cloudformation="AWS::CertificateManager::Certificate",
        unneeded=("acm-pca:*", "route53:*"),
        simulate=_certificate,
        replaces=(
            "domainName",
            "subjectAlternativeNames",
            "validationMethod",
            "keyAlgorithm",
            "certificateAuthorityArn",
        ),
    ),
    ResourceType(
        CERTIFICATE_VALIDATION,
        actions=("acm:DescribeCertificate",),
        taggable=False,
        seconds=90,
        replaces=("certificateArn", "validationRecordFqdns"),
    ),
    ResourceType(
        WEB_ACL, cloudformation="AWS::WAFv2::WebACL", seconds=5, simulate=_web_acl, replaces=("name", "scope")
    ),
    ResourceType(WEB_ACL_ASSOCIATION, taggable=False),
    ResourceType(
        WEB_ACL_LOG,
        cloudformation="AWS::WAFv2::LoggingConfiguration",
        service_linked_roles=("wafv2.amazonaws.com",),
        taggable=False,
        replaces=("resourceArn", "logDestinationConfigs"),
    ),
)
