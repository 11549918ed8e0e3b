"""IAM and the keys of KMS."""

from tests.up.cloud.kind import TOP, Call, Kind, Setting, Tagging

ROLE = Kind(
    token="aws:iam/role:Role",
    service="iam",
    create=Call("CreateRole", {"PermissionsBoundary": "$permissionsBoundary"}, result="Role", inputs=TOP),
    id="RoleName",
    reads=(Call("GetRole", {"RoleName": "$id"}, "Role"),),
    # As the provider does; moto itself refuses a role with policies.
    delete=(
        Call("ListInstanceProfilesForRole", {"RoleName": "$id"}),
        Call("DeleteRole", {"RoleName": "$id"}),
    ),
    update=(
        Call("UpdateRole", {"RoleName": "$id"}, inputs=TOP),
        Call(
            "UpdateAssumeRolePolicy",
            {"RoleName": "$id", "PolicyDocument": "$assumeRolePolicy"},
            when="contains(changed, 'assumeRolePolicy')",
        ),
    ),
    settings=(
        Setting(
            ("permissionsBoundary",),
            Call(
                "PutRolePermissionsBoundary",
                {"RoleName": "$id", "PermissionsBoundary": "$permissionsBoundary"},
            ),
            Call("DeleteRolePermissionsBoundary", {"RoleName": "$id"}),
        ),
    ),
    names={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument", "uniqueId": "RoleId"},
    # Its policies come and go as resources of their own.
    finds={
        "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
        "managedPolicyArns": "`null`",
        "inlinePolicies": "`null`",
    },
    autoname="name",
    tagging=Tagging(
        Call("TagRole", {"RoleName": "$id", "Tags": "$tags"}),
        Call("UntagRole", {"RoleName": "$id", "TagKeys": "$keys"}),
        member="Tags",
    ),
    listing=Call("ListRoles", result="Roles[].RoleName"),
)

ROLE_POLICY = Kind(
    token="aws:iam/rolePolicy:RolePolicy",
    service="iam",
    create=Call("PutRolePolicy", inputs=TOP),
    id="join(':', [role, name])",
    reads=(Call("GetRolePolicy", {"RoleName": "$role", "PolicyName": "$name"}),),
    delete=(Call("DeleteRolePolicy", {"RoleName": "$role", "PolicyName": "$name"}),),
    update=(Call("PutRolePolicy", {"RoleName": "$role", "PolicyName": "$name"}, inputs=TOP),),
    names={"role": "RoleName", "name": "PolicyName", "policy": "PolicyDocument"},
    autoname="name",
)

ROLE_POLICY_ATTACHMENT = Kind(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    service="iam",
    create=Call("AttachRolePolicy", inputs=TOP),
    id="join('/', [role, policyArn])",
    reads=(
        Call(
            "ListAttachedRolePolicies",
            {"RoleName": "$role"},
            "pick(AttachedPolicies, 'PolicyArn', policyArn)[0]",
        ),
    ),
    delete=(Call("DetachRolePolicy", {"RoleName": "$role", "PolicyArn": "$policyArn"}),),
    names={"role": "RoleName"},
    finds={"role": "role"},
)

ISSUER = Kind(
    token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    create=Call("CreateOpenIDConnectProvider", inputs=TOP),
    id="OpenIDConnectProviderArn",
    reads=(Call("GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": "$id"}),),
    delete=(Call("DeleteOpenIDConnectProvider", {"OpenIDConnectProviderArn": "$id"}),),
    update=(
        Call(
            "UpdateOpenIDConnectProviderThumbprint",
            {"OpenIDConnectProviderArn": "$id", "ThumbprintList": "$thumbprintLists"},
        ),
    ),
    names={
        "clientIdLists": "ClientIDList",
        "thumbprintLists": "ThumbprintList",
    },
    # IAM tells it without the scheme.
    finds={"url": "Url && url", "arn": "id"},
    tagging=Tagging(
        Call("TagOpenIDConnectProvider", {"OpenIDConnectProviderArn": "$id", "Tags": "$tags"}),
        Call("UntagOpenIDConnectProvider", {"OpenIDConnectProviderArn": "$id", "TagKeys": "$keys"}),
        member="Tags",
    ),
    listing=Call("ListOpenIDConnectProviders", result="OpenIDConnectProviderList[].Arn"),
)

KEY = Kind(
    token="aws:kms/key:Key",
    service="kms",
    create=Call("CreateKey", result="KeyMetadata", inputs=TOP),
    id="KeyId",
    reads=(
        Call("DescribeKey", {"KeyId": "$id"}, "KeyMetadata.KeyState != 'PendingDeletion' && KeyMetadata"),
        Call("GetKeyPolicy", {"KeyId": "$id", "PolicyName": "default"}),
        Call("GetKeyRotationStatus", {"KeyId": "$id"}),
    ),
    delete=(
        Call("ScheduleKeyDeletion", {"KeyId": "$id", "PendingWindowInDays": "$deletionWindowInDays || `30`"}),
    ),
    settings=(
        Setting(
            ("enableKeyRotation",),
            Call("EnableKeyRotation", {"KeyId": "$id"}),
            Call("DisableKeyRotation", {"KeyId": "$id"}),
        ),
    ),
    update=(
        Call(
            "UpdateKeyDescription",
            {"KeyId": "$id", "Description": "$description"},
            when="contains(changed, 'description')",
        ),
        Call(
            "PutKeyPolicy",
            {"KeyId": "$id", "PolicyName": "default", "Policy": "$policy"},
            when="contains(changed, 'policy')",
        ),
    ),
    names={"enableKeyRotation": "KeyRotationEnabled", "isEnabled": "Enabled"},
    local=("deletionWindowInDays",),
    tagging=Tagging(
        Call("TagResource", {"KeyId": "$id", "Tags": "$tags"}),
        Call("UntagResource", {"KeyId": "$id", "TagKeys": "$keys"}),
        member="Tags",
        read=Call("ListResourceTags", {"KeyId": "$id"}),
    ),
    listing=Call("ListKeys", result="Keys[].KeyId"),
    lingers=True,
)

ALIAS = Kind(
    token="aws:kms/alias:Alias",
    service="kms",
    create=Call("CreateAlias", inputs=TOP),
    id="name",
    reads=(Call("ListAliases", result="pick(Aliases, 'AliasName', id)[0]"),),
    delete=(Call("DeleteAlias", {"AliasName": "$id"}),),
    update=(Call("UpdateAlias", {"AliasName": "$id", "TargetKeyId": "$targetKeyId"}),),
    names={"name": "AliasName"},
    finds={"arn": "AliasArn"},
    listing=Call("ListAliases", result="Aliases[?TargetKeyId].AliasName"),
)

KINDS = (ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT, ISSUER, KEY, ALIAS)
