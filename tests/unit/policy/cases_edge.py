"""Plans for the rules about firewall, TLS, certificates, zones and the ends of buckets."""

import json

from oneup.plan import Json, Resource

from .plans import AUTOMATIC, Case, made

ACL = made("aws:wafv2/webAcl:WebAcl", "firewall")
CERTIFICATE = made("aws:acm/certificate:Certificate", "platform")
ZONE = made("aws:route53/zone:Zone", "example.com")
BUCKET = made("aws:s3/bucket:Bucket", "logs")


TLS: dict[str, Json] = {"ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
GUARDED: dict[str, Json] = {**TLS, "wafv2-acl-arn": "arn"}


def params(**spec: Json) -> Resource:
    inputs: dict[str, Json] = {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "spec": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", **spec},
    }
    return made("kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams", "alb", inputs)


def automatic(**annotations: Json) -> tuple[Resource, ...]:
    """A cluster in EKS Auto Mode behind a firewall, with one Ingress."""
    said: dict[str, Json] = {f"alb.ingress.kubernetes.io/{key}": value for key, value in annotations.items()}
    values: Json = {"server": {"ingress": {"enabled": True, "annotations": said}}}
    release = made("kubernetes:helm.sh/v3:Release", "argo-cd", {"chart": "argo-cd", "values": values})
    inputs: dict[str, Json] = {"apiVersion": "eks.amazonaws.com/v1", "spec": {"scheme": "internet-facing"}}
    params = made("kubernetes:eks.amazonaws.com/v1:IngressClassParams", "alb", inputs)
    return (AUTOMATIC, ACL, params, release)


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


def acl(*statements: str) -> Resource:
    rules: Json = [{"statement": {name: {"x": 1}}} for name in statements]
    return made("aws:wafv2/webAcl:WebAcl", "firewall", {"rules": rules})


def logged(
    *actions: str,
    default: str = "DROP",
    behavior: str = "KEEP",
    headers: tuple[str, ...] = ("authorization", "cookie"),
) -> Resource:
    kind = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
    conditions: Json = [{"actionCondition": {"action": action}} for action in actions]
    inputs: dict[str, Json] = {
        "loggingFilter": {
            "defaultBehavior": default,
            "filters": [{"behavior": behavior, "requirement": "MEETS_ANY", "conditions": conditions}],
        },
        "redactedFields": [{"singleHeader": {"name": header}} for header in headers],
    }
    return made(kind, "firewall", inputs, through={"resourceArn": ACL})


def kept(enabled: str, bucket: str) -> Resource:
    said = {"access_logs.s3.enabled": enabled, "access_logs.s3.bucket": bucket}
    return params(loadBalancerAttributes=[{"key": key, "value": value} for key, value in said.items()])


def written(bucket: str) -> Resource:
    service = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    clause: Json = {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject"}
    inputs: dict[str, Json] = {"bucket": bucket, "policy": json.dumps({"Statement": [clause]})}
    return made("aws:s3/bucketPolicy:BucketPolicy", "access-logs", inputs)


PRIVATE = made("aws:route53/zone:Zone", "example.com", {"vpcs": [{"vpcId": "vpc-1"}]})
HIDDEN = record("proof", zoneId=PRIVATE)
POINTER = record("delegation", records=PRIVATE)
PROOF = record("proof", zoneId=ZONE)
VALID = validation(PROOF)
END: dict[str, Json] = {"status": "Enabled", "expiration": {"days": 30}}

CASES = (
    Case(
        rule="waf-managed-rules-and-rate-limit",
        good=(acl("rateBasedStatement", "managedRuleGroupStatement"),),
        bad=(acl("rateBasedStatement"),),
        says="managed rule groups",
    ),
    Case(
        rule="waf-managed-rules-and-rate-limit",
        good=(acl("managedRuleGroupStatement", "rateBasedStatement"),),
        bad=(acl("managedRuleGroupStatement"),),
        says="rate-based",
    ),
    Case(
        rule="load-balancer-access-logs",
        good=(written("requests"), kept("true", "requests")),
        bad=(written("requests"), params()),
        says="loadBalancerAttributes",
    ),
    Case(
        rule="load-balancer-access-logs",
        good=(written("[unknown]"), kept("true", "requests")),
        bad=(written("requests"), kept("true", "others")),
        says="its load balancers do not write access logs to the bucket",
    ),
    Case(
        rule="load-balancer-access-logs",
        good=(params(),),
        bad=(written("requests"), kept("false", "requests")),
        says="access_logs.s3.enabled",
    ),
    Case(
        rule="route53-zones-delegated",
        good=(PRIVATE,),
        bad=(PRIVATE, POINTER, HIDDEN, CERTIFICATE, validation(HIDDEN)),
        says="a public zone",
    ),
    Case(
        rule="load-balancer-tls-policy",
        good=(params(),),
        bad=(params(sslPolicy="ELBSecurityPolicy-2016-08"),),
        says="2016",
    ),
    Case(
        rule="load-balancer-tls-policy", good=(params(),), bad=(params(sslPolicy=None),), says="the default"
    ),
    *(
        Case(
            rule="load-balancer-tls-policy",
            good=(params(sslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06"),),
            bad=(params(sslPolicy=f"ELBSecurityPolicy-{old}"),),
            says=old,
        )
        for old in (
            "TLS13-1-2-Ext1-2021-06",
            "TLS13-1-2-Ext2-2021-06",
            "TLS13-1-1-2021-06",
            "TLS13-1-0-2021-06",
            "TLS-1-2-2017-01",
            "FS-1-2-Res-2020-10",
        )
    ),
    *(
        Case(
            rule="waf-logging",
            good=(ACL, logged("BLOCK", "COUNT"), logged(default="KEEP")),
            bad=(ACL, logged(*({"BLOCK", "COUNT"} - {action}))),
            says=f"the action {action} are not logged",
        )
        for action in ("BLOCK", "COUNT")
    ),
    Case(
        rule="waf-logging",
        good=(ACL, logged("ALLOW", default="KEEP", behavior="DROP")),
        bad=(ACL, logged("COUNT", default="KEEP", behavior="DROP")),
        says="the action COUNT are not logged",
    ),
    *(
        Case(
            rule="waf-logging",
            good=(ACL, logged("BLOCK", "COUNT")),
            bad=(ACL, logged("BLOCK", "COUNT", headers=tuple({"authorization", "cookie"} - {header}))),
            says=f"add the header {header}",
        )
        for header in ("authorization", "cookie")
    ),
    Case(
        rule="load-balancer-waf",
        good=(ACL, params(scheme="internet-facing", wafv2AclArn="arn")),
        bad=(ACL, params(scheme="internet-facing")),
        says="wafv2AclArn",
    ),
    Case(rule="load-balancer-tls-policy", good=automatic(**TLS), bad=automatic(), says="ssl-policy"),
    Case(rule="load-balancer-waf", good=automatic(**GUARDED), bad=automatic(**TLS), says="wafv2-acl-arn"),
    Case(
        rule="waf-logging",
        good=(ACL, logged("BLOCK", "COUNT")),
        bad=(ACL,),
        says="logging configuration",
    ),
    Case(
        rule="acm-certificates-validated",
        good=(CERTIFICATE, ZONE, PROOF, VALID),
        bad=(CERTIFICATE,),
        says="CertificateValidation",
    ),
    Case(
        rule="route53-zones-delegated",
        good=(CERTIFICATE, ZONE, PROOF, VALID, record("delegation", records=ZONE)),
        bad=(CERTIFICATE, ZONE, PROOF, VALID),
        says="it is not delegated, so ACM cannot validate the certificate",
    ),
    Case(
        rule="s3-lifecycle-expiration",
        good=(BUCKET, lifecycle(END)),
        bad=(BUCKET, lifecycle({**END, "status": "Disabled"})),
        says="lifecycle",
    ),
)
