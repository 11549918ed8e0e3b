"""What faces outwards: Route 53, certificates, the firewall, and the registry of images."""

from tests.up.cloud.kind import TOP, Call, Kind, Tagging

ZONE = Kind(
    token="aws:route53/zone:Zone",
    service="route53",
    create=Call(
        "CreateHostedZone",
        {
            "Name": "$name",
            "CallerReference": "$name",
            "HostedZoneConfig": {
                "Comment": "$comment || 'Managed by Pulumi'",
                "PrivateZone": "$vpcs && `true` || `null`",
            },
            "VPC": "$vpcs && {VPCId: vpcs[0].vpcId, VPCRegion: vpcs[0].vpcRegion || region}",
        },
        "HostedZone",
    ),
    id="basename(Id)",
    reads=(
        Call(
            "GetHostedZone",
            {"Id": "$id"},
            "merge(HostedZone, {NameServers: DelegationSet.NameServers, VPCs: VPCs})",
        ),
    ),
    delete=(
        Call(
            "ListResourceRecordSets",
            {"HostedZoneId": "$id"},
            "{Records: ResourceRecordSets[?Type != 'NS' && Type != 'SOA']}",
        ),
        Call(
            "ChangeResourceRecordSets",
            {
                "HostedZoneId": "$id",
                "ChangeBatch": {"Changes": "$Records[].{Action: 'DELETE', ResourceRecordSet: @}"},
            },
            when="forceDestroy && Records[0]",
        ),
        Call("DeleteHostedZone", {"Id": "$id"}),
    ),
    update=(Call("UpdateHostedZoneComment", {"Id": "$id", "Comment": "$comment || ''"}),),
    finds={
        "zoneId": "id",
        "arn": "join('', ['arn:', partition, ':route53:::hostedzone/', id])",
        "comment": "Config.Comment",
        "name": "name",
    },
    local=("forceDestroy",),
    tagging=Tagging(
        Call(
            "ChangeTagsForResource",
            {"ResourceType": "hostedzone", "ResourceId": "$id", "AddTags": "$tags"},
        ),
        Call(
            "ChangeTagsForResource",
            {"ResourceType": "hostedzone", "ResourceId": "$id", "RemoveTagKeys": "$keys"},
        ),
        read=Call(
            "ListTagsForResource", {"ResourceType": "hostedzone", "ResourceId": "$id"}, "ResourceTagSet"
        ),
    ),
    listing=Call("ListHostedZones", result="HostedZones[].Id"),
)


def _change(action: str) -> Call:
    record = {
        "Name": "$name",
        "Type": "$type",
        "TTL": "$ttl",
        "ResourceRecords": "$records[].{Value: @}",
    }
    return Call(
        "ChangeResourceRecordSets",
        {
            "HostedZoneId": "$zoneId",
            "ChangeBatch": {"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        },
    )


RECORD = Kind(
    token="aws:route53/record:Record",
    service="route53",
    create=_change("$allowOverwrite && 'UPSERT' || 'CREATE'"),
    id="join('_', [zoneId, name, type])",
    reads=(
        Call(
            "ListResourceRecordSets",
            {"HostedZoneId": "$zoneId", "StartRecordName": "$name", "StartRecordType": "$type"},
            "pick(pick(ResourceRecordSets, 'Type', type), 'Name', dotted(name))[0]",
        ),
    ),
    delete=(_change("DELETE"),),
    update=(_change("UPSERT"),),
    # Route 53 ends every name with a dot.
    finds={
        "name": "dotted(name) == Name && name || Name",
        "records": "ResourceRecords[].Value",
        "zoneId": "zoneId",
        "fqdn": "undotted(Name)",
    },
    local=("allowOverwrite",),
)

CERTIFICATE = Kind(
    token="aws:acm/certificate:Certificate",
    service="acm",
    create=Call("RequestCertificate", inputs=TOP),
    id="CertificateArn",
    reads=(Call("DescribeCertificate", {"CertificateArn": "$id"}, "Certificate"),),
    delete=(Call("DeleteCertificate", {"CertificateArn": "$id"}),),
    names={"arn": "CertificateArn", "validationMethod": "ValidationMethod"},
    finds={
        "validationMethod": "DomainValidationOptions[0].ValidationMethod",
        # ACM lists the domain among its own alternatives.
        "subjectAlternativeNames": "without(SubjectAlternativeNames, DomainName)",
        "domainValidationOptions": "sort_by(DomainValidationOptions, &DomainName)[].{domainName: DomainName,"
        " resourceRecordName: ResourceRecord.Name, resourceRecordType: ResourceRecord.Type,"
        " resourceRecordValue: ResourceRecord.Value}",
        # They change by themselves.
        **dict.fromkeys(("status", "renewalSummaries", "pendingRenewal"), "`null`"),
    },
    tagging=Tagging(
        Call("AddTagsToCertificate", {"CertificateArn": "$id", "Tags": "$tags"}),
        Call("RemoveTagsFromCertificate", {"CertificateArn": "$id", "Tags": "$keys[].{Key: @}"}),
        member="Tags",
        read=Call("ListTagsForCertificate", {"CertificateArn": "$id"}),
    ),
    listing=Call("ListCertificates", result="CertificateSummaryList[].CertificateArn"),
)

VALIDATION = Kind(
    token="aws:acm/certificateValidation:CertificateValidation",
    service="acm",
    # Nothing is made: the provider waits until the certificate is issued.
    create=Call(
        "DescribeCertificate",
        {"CertificateArn": "$certificateArn"},
        "Certificate",
    ),
    id="CertificateArn",
    reads=(Call("DescribeCertificate", {"CertificateArn": "$id"}, "Certificate"),),
    finds={"validationRecordFqdns": "validationRecordFqdns"},
    local=("validationRecordFqdns",),
)

_ACL = {"Name": "$name", "Scope": "$scope", "Id": "$id", "LockToken": "$live.LockToken"}

WEB_ACL = Kind(
    token="aws:wafv2/webAcl:WebAcl",
    service="wafv2",
    create=Call("CreateWebACL", inputs=TOP, result="Summary"),
    id="Id",
    reads=(
        Call(
            "GetWebACL",
            {"Name": "$name", "Scope": "$scope", "Id": "$id"},
            "merge(WebACL, {LockToken: LockToken})",
        ),
    ),
    delete=(Call("DeleteWebACL", _ACL),),
    update=(Call("UpdateWebACL", _ACL, inputs=TOP),),
    finds={"scope": "scope", "lockToken": "`null`"},
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"ResourceARN": "$arn", "Tags": "$tags"}),
        Call("UntagResource", {"ResourceARN": "$arn", "TagKeys": "$keys"}),
        member="Tags",
        read=Call("ListTagsForResource", {"ResourceARN": "$live.ARN"}, "{Tags: TagInfoForResource.TagList}"),
    ),
    listing=Call("ListWebACLs", {"Scope": "REGIONAL"}, "WebACLs[].Id"),
)

WEB_ACL_LOGGING = Kind(
    token="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    service="wafv2",
    create=Call("PutLoggingConfiguration", inputs="LoggingConfiguration"),
    id="resourceArn",
    reads=(Call("GetLoggingConfiguration", {"ResourceArn": "$id"}, "LoggingConfiguration"),),
    delete=(Call("DeleteLoggingConfiguration", {"ResourceArn": "$id"}),),
    update=(Call("PutLoggingConfiguration", inputs="LoggingConfiguration"),),
)

REPOSITORY = Kind(
    token="aws:ecr/repository:Repository",
    service="ecr",
    create=Call("CreateRepository", result="repository", inputs=TOP),
    id="repositoryName",
    reads=(Call("DescribeRepositories", {"repositoryNames": ["$id"]}, "repositories[0]"),),
    delete=(Call("DeleteRepository", {"repositoryName": "$id", "force": "$forceDelete"}),),
    update=(
        Call(
            "PutImageTagMutability",
            {"repositoryName": "$id", "imageTagMutability": "$imageTagMutability"},
            when="contains(changed, 'imageTagMutability')",
        ),
        Call(
            "PutImageScanningConfiguration",
            {"repositoryName": "$id", "imageScanningConfiguration": "$imageScanningConfiguration"},
            when="contains(changed, 'imageScanningConfiguration')",
        ),
    ),
    names={"name": "repositoryName", "repositoryUrl": "repositoryUri", "arn": "repositoryArn"},
    local=("forceDelete",),
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"resourceArn": "$arn", "tags": "$tags"}),
        Call("UntagResource", {"resourceArn": "$arn", "tagKeys": "$keys"}),
        member="tags",
        read=Call("ListTagsForResource", {"resourceArn": "$live.repositoryArn"}),
    ),
    listing=Call("DescribeRepositories", result="repositories[].repositoryName"),
)

IMAGE_LIFECYCLE = Kind(
    token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    service="ecr",
    create=Call("PutLifecyclePolicy", inputs=TOP),
    id="repository",
    reads=(Call("GetLifecyclePolicy", {"repositoryName": "$id"}),),
    delete=(Call("DeleteLifecyclePolicy", {"repositoryName": "$id"}),),
    names={"repository": "repositoryName", "policy": "lifecyclePolicyText"},
)

REPOSITORY_POLICY = Kind(
    token="aws:ecr/repositoryPolicy:RepositoryPolicy",
    service="ecr",
    create=Call("SetRepositoryPolicy", inputs=TOP),
    id="repository",
    reads=(Call("GetRepositoryPolicy", {"repositoryName": "$id"}),),
    delete=(Call("DeleteRepositoryPolicy", {"repositoryName": "$id"}),),
    update=(Call("SetRepositoryPolicy", {"repositoryName": "$repository"}, inputs=TOP),),
    names={"repository": "repositoryName", "policy": "policyText"},
)

KINDS = (
    ZONE,
    RECORD,
    CERTIFICATE,
    VALIDATION,
    WEB_ACL,
    WEB_ACL_LOGGING,
    REPOSITORY,
    IMAGE_LIFECYCLE,
    REPOSITORY_POLICY,
)
