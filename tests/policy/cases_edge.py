"""Plans for the rules about firewall, TLS, certificates, zones and the ends of buckets."""

from oneup.plan import Json, Resource

from .plans import Case, made

ACL = made("aws:wafv2/webAcl:WebAcl", "firewall")
CERTIFICATE = made("aws:acm/certificate:Certificate", "platform")
ZONE = made("aws:route53/zone:Zone", "example.com")
BUCKET = made("aws:s3/bucket:Bucket", "logs")


def params(**spec: Json) -> Resource:
    inputs: dict[str, Json] = {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "spec": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", **spec},
    }
    return made("kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", "alb", inputs)


def record(name: str, **through: Resource) -> Resource:
    return made("aws:route53/record:Record", name, {}, through=through)


def validation(proof: Resource) -> Resource:
    return made(
        "aws:acm/certificateValidation:CertificateValidation",
        "platform",
        {},
        through={"certificateArn": CERTIFICATE, "validationRecordFqdns": proof},
    )


def lifecycle(rule: dict[str, Json]) -> Resource:
    return made(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "logs",
        {"rules": [rule]},
        through={"bucket": BUCKET},
    )


PROOF = record("proof", zoneId=ZONE)
VALID = validation(PROOF)
END: dict[str, Json] = {"status": "Enabled", "expiration": {"days": 30}}

CASES = (
    Case(
        rule="balancers-tls",
        good=(params(),),
        bad=(params(sslPolicy="ELBSecurityPolicy-2016-08"),),
        says="2016",
    ),
    Case(rule="balancers-tls", good=(params(),), bad=(params(sslPolicy=None),), says="the default"),
    Case(
        rule="balancers-guarded",
        good=(ACL, params(scheme="internet-facing", wafv2AclArn="arn")),
        bad=(ACL, params(scheme="internet-facing")),
        says="wafv2AclArn",
    ),
    Case(
        rule="firewall-logged",
        good=(
            ACL,
            made(
                "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
                "firewall",
                {},
                through={"resourceArn": ACL},
            ),
        ),
        bad=(ACL,),
        says="logging configuration",
    ),
    Case(
        rule="certificates-proven",
        good=(CERTIFICATE, ZONE, PROOF, VALID),
        bad=(CERTIFICATE,),
        says="CertificateValidation",
    ),
    Case(
        rule="zones-delegated",
        good=(CERTIFICATE, ZONE, PROOF, VALID, record("delegation", records=ZONE)),
        bad=(CERTIFICATE, ZONE, PROOF, VALID),
        says="waits for ever",
    ),
    Case(
        rule="buckets-end",
        good=(BUCKET, lifecycle(END)),
        bad=(BUCKET, lifecycle({**END, "status": "Disabled"})),
        says="lifecycle",
    ),
)
