"""What watches and records: CloudWatch, EventBridge, SNS, SQS, CloudTrail, GuardDuty, budgets."""

from tests.up.cloud.kind import TOP, Call, Kind, Setting, Tagging

_LOG_GROUP_ARN = "join('', ['arn:', partition, ':logs:', region, ':', account, ':log-group:', id])"

LOG_GROUP = Kind(
    token="aws:cloudwatch/logGroup:LogGroup",
    service="logs",
    create=Call("CreateLogGroup", inputs=TOP),
    id="name",
    reads=(
        Call(
            "DescribeLogGroups",
            {"logGroupNamePrefix": "$id"},
            "pick(logGroups, 'logGroupName', id)[0]",
        ),
    ),
    delete=(Call("DeleteLogGroup", {"logGroupName": "$id"}),),
    settings=(
        Setting(
            ("retentionInDays",),
            Call("PutRetentionPolicy", {"logGroupName": "$id", "retentionInDays": "$retentionInDays"}),
            Call("DeleteRetentionPolicy", {"logGroupName": "$id"}),
        ),
    ),
    update=(
        Call("AssociateKmsKey", {"logGroupName": "$id", "kmsKeyId": "$kmsKeyId"}, when="kmsKeyId"),
        Call("DisassociateKmsKey", {"logGroupName": "$id"}, when="!kmsKeyId"),
    ),
    names={"name": "logGroupName"},
    # The ARN without the streams that it ends with.
    finds={"arn": _LOG_GROUP_ARN},
    local=("skipDestroy",),
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"resourceArn": "$arn", "tags": "$tags"}),
        Call("UntagResource", {"resourceArn": "$arn", "tagKeys": "$keys"}),
        member="tags",
        read=Call(
            "ListTagsForResource",
            {"resourceArn": f"${_LOG_GROUP_ARN}"},
        ),
    ),
    listing=Call("DescribeLogGroups", result="logGroups[].logGroupName"),
)

LOG_POLICY = Kind(
    token="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    service="logs",
    create=Call("PutResourcePolicy", inputs=TOP),
    id="policyName",
    reads=(Call("DescribeResourcePolicies", result="pick(resourcePolicies, 'policyName', id)[0]"),),
    delete=(Call("DeleteResourcePolicy", {"policyName": "$id"}),),
    update=(Call("PutResourcePolicy", {"policyName": "$id"}, inputs=TOP),),
    listing=Call("DescribeResourcePolicies", result="resourcePolicies[].policyName"),
)


_QUERIES = {
    "Metrics": "$metricQueries[].{Id: id, Expression: expression, Label: label, ReturnData: returnData,"
    " Period: period, MetricStat: metric && {Metric: {Namespace: metric.namespace,"
    " MetricName: metric.metricName, Dimensions: metric.dimensions},"
    " Period: metric.period, Stat: metric.stat}}"
}

ALARM = Kind(
    token="aws:cloudwatch/metricAlarm:MetricAlarm",
    service="cloudwatch",
    create=Call("PutMetricAlarm", _QUERIES, inputs=TOP),
    id="name",
    reads=(Call("DescribeAlarms", {"AlarmNames": ["$id"]}, "MetricAlarms[0]"),),
    delete=(Call("DeleteAlarms", {"AlarmNames": ["$id"]}),),
    update=(Call("PutMetricAlarm", {"AlarmName": "$id", **_QUERIES}, inputs=TOP),),
    names={"name": "AlarmName"},
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"ResourceARN": "$arn", "Tags": "$tags"}),
        Call("UntagResource", {"ResourceARN": "$arn", "TagKeys": "$keys"}),
        member="Tags",
        read=Call("ListTagsForResource", {"ResourceARN": "$live.AlarmArn"}),
    ),
    finds={
        "arn": "AlarmArn",
        "metricQueries": "Metrics[].{id: Id, expression: Expression, label: Label, returnData: ReturnData,"
        " period: Period, metric: MetricStat && {namespace: MetricStat.Metric.Namespace, metricName:"
        " MetricStat.Metric.MetricName, dimensions: MetricStat.Metric.Dimensions, period:"
        " MetricStat.Period, stat: MetricStat.Stat}}",
    },
    listing=Call("DescribeAlarms", result="MetricAlarms[].AlarmName"),
)

EVENT_RULE = Kind(
    token="aws:cloudwatch/eventRule:EventRule",
    service="events",
    create=Call("PutRule", inputs=TOP),
    id="name",
    reads=(Call("DescribeRule", {"Name": "$id"}),),
    delete=(Call("DeleteRule", {"Name": "$id"}),),
    update=(Call("PutRule", {"Name": "$id"}, inputs=TOP),),
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"ResourceARN": "$arn", "Tags": "$tags"}),
        Call("UntagResource", {"ResourceARN": "$arn", "TagKeys": "$keys"}),
        member="Tags",
        read=Call("ListTagsForResource", {"ResourceARN": "$live.Arn"}),
    ),
    listing=Call("ListRules", result="Rules[].Name"),
)

_TARGET = {
    "Rule": "$rule",
    "Targets": [{"Id": "$targetId", "Arn": "$arn", "RoleArn": "$roleArn", "Input": "$input"}],
}

EVENT_TARGET = Kind(
    token="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    create=Call("PutTargets", _TARGET),
    id="join('-', [rule, targetId])",
    reads=(Call("ListTargetsByRule", {"Rule": "$rule"}, "pick(Targets, 'Id', targetId)[0]"),),
    delete=(Call("RemoveTargets", {"Rule": "$rule", "Ids": ["$targetId"]}),),
    update=(Call("PutTargets", _TARGET),),
    names={"targetId": "Id"},
    finds={"rule": "rule"},
    autoname="targetId",
)

TOPIC = Kind(
    token="aws:sns/topic:Topic",
    service="sns",
    create=Call(
        "CreateTopic",
        {"Name": "$name", "Attributes": {"KmsMasterKeyId": "$kmsMasterKeyId", "DisplayName": "$displayName"}},
    ),
    id="TopicArn",
    reads=(Call("GetTopicAttributes", {"TopicArn": "$id"}, "Attributes"),),
    delete=(Call("DeleteTopic", {"TopicArn": "$id"}),),
    update=(
        Call(
            "SetTopicAttributes",
            {
                "TopicArn": "$id",
                "AttributeName": "KmsMasterKeyId",
                "AttributeValue": "$kmsMasterKeyId || ''",
            },
        ),
    ),
    finds={"name": "name", "arn": "TopicArn", "policy": "`null`"},
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"ResourceArn": "$id", "Tags": "$tags"}),
        Call("UntagResource", {"ResourceArn": "$id", "TagKeys": "$keys"}),
        member="Tags",
        read=Call("ListTagsForResource", {"ResourceArn": "$id"}),
    ),
    listing=Call("ListTopics", result="Topics[].TopicArn"),
)

_TOPIC_POLICY = Call(
    "SetTopicAttributes", {"TopicArn": "$arn", "AttributeName": "Policy", "AttributeValue": "$policy"}
)

TOPIC_POLICY = Kind(
    token="aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    create=_TOPIC_POLICY,
    id="arn",
    reads=(Call("GetTopicAttributes", {"TopicArn": "$id"}, "Attributes"),),
    # It goes with the topic. AWS has no topic without a policy: the provider puts the account's own back.
    delete=(
        Call(
            "SetTopicAttributes",
            {
                "TopicArn": "$id",
                "AttributeName": "Policy",
                "AttributeValue": '$join(\'\', [\'{"Version":"2008-10-17","Id":"__default_policy_ID",'
                '"Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":'
                '{"AWS":"*"},"Action":"SNS:Publish","Resource":"\', id, \'","Condition":'
                '{"StringEquals":{"AWS:SourceOwner":"\', account, \'"}}}]}\'])',
            },
        ),
    ),
    update=(_TOPIC_POLICY,),
    finds={"arn": "TopicArn"},
)

SUBSCRIPTION = Kind(
    token="aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    create=Call(
        "Subscribe",
        {
            "TopicArn": "$topic",
            "Protocol": "$protocol",
            "Endpoint": "$endpoint",
            "Attributes": {"RawMessageDelivery": "$rawMessageDelivery && to_string(rawMessageDelivery)"},
            "ReturnSubscriptionArn": True,
        },
    ),
    id="SubscriptionArn",
    reads=(Call("GetSubscriptionAttributes", {"SubscriptionArn": "$id"}, "Attributes"),),
    delete=(Call("Unsubscribe", {"SubscriptionArn": "$id"}),),
    update=(
        Call(
            "SetSubscriptionAttributes",
            {
                "SubscriptionArn": "$id",
                "AttributeName": "RawMessageDelivery",
                "AttributeValue": "$to_string(rawMessageDelivery)",
            },
        ),
    ),
    names={"topic": "TopicArn"},
    finds={"arn": "SubscriptionArn"},
    # How long the provider waits, and whether it may: never asked of AWS.
    local=("endpointAutoConfirms", "confirmationTimeoutInMinutes"),
    listing=Call("ListSubscriptions", result="Subscriptions[].SubscriptionArn"),
)

_QUEUE = {
    "MessageRetentionPeriod": "$messageRetentionSeconds && to_string(messageRetentionSeconds)",
    "SqsManagedSseEnabled": "$sqsManagedSseEnabled && to_string(sqsManagedSseEnabled)",
    "KmsMasterKeyId": "$kmsMasterKeyId",
    "VisibilityTimeout": "$visibilityTimeoutSeconds && to_string(visibilityTimeoutSeconds)",
}

QUEUE = Kind(
    token="aws:sqs/queue:Queue",
    service="sqs",
    create=Call("CreateQueue", {"QueueName": "$name", "Attributes": _QUEUE}),
    id="QueueUrl",
    reads=(Call("GetQueueAttributes", {"QueueUrl": "$id", "AttributeNames": ["All"]}, "Attributes"),),
    delete=(Call("DeleteQueue", {"QueueUrl": "$id"}),),
    update=(Call("SetQueueAttributes", {"QueueUrl": "$id", "Attributes": _QUEUE}),),
    names={
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
        "arn": "QueueArn",
    },
    finds={"name": "name", "url": "id", "policy": "`null`"},
    autoname="name",
    tagging=Tagging(
        Call("TagQueue", {"QueueUrl": "$id", "Tags": "$tags"}),
        Call("UntagQueue", {"QueueUrl": "$id", "TagKeys": "$keys"}),
        member="tags",
        read=Call("ListQueueTags", {"QueueUrl": "$id"}),
    ),
    listing=Call("ListQueues", result="QueueUrls"),
)

_QUEUE_POLICY = Call("SetQueueAttributes", {"QueueUrl": "$queueUrl", "Attributes": {"Policy": "$policy"}})

QUEUE_POLICY = Kind(
    token="aws:sqs/queuePolicy:QueuePolicy",
    service="sqs",
    create=_QUEUE_POLICY,
    id="queueUrl",
    reads=(
        Call(
            "GetQueueAttributes",
            {"QueueUrl": "$id", "AttributeNames": ["Policy"]},
            "Attributes.{policy: Policy, queueUrl: 'queueUrl'}",
        ),
    ),
    delete=(Call("SetQueueAttributes", {"QueueUrl": "$id", "Attributes": {"Policy": ""}}),),
    update=(_QUEUE_POLICY,),
    finds={"queueUrl": "id"},
)

TRAIL = Kind(
    token="aws:cloudtrail/trail:Trail",
    service="cloudtrail",
    create=Call("CreateTrail", inputs=TOP),
    id="TrailARN",
    # The provider's trail records unless it is told not to.
    after=(Call("StartLogging", {"Name": "$id"}),),
    reads=(Call("GetTrail", {"Name": "$id"}, "Trail"),),
    delete=(Call("DeleteTrail", {"Name": "$name"}),),
    update=(Call("UpdateTrail", {"Name": "$name"}, inputs=TOP),),
    finds={"enableLogFileValidation": "LogFileValidationEnabled", "arn": "TrailARN"},
    autoname="name",
    tagging=Tagging(
        Call("AddTags", {"ResourceId": "$id", "TagsList": "$tags"}),
        Call("RemoveTags", {"ResourceId": "$id", "TagsList": "$keys[].{Key: @}"}),
        member="TagsList",
        read=Call("ListTags", {"ResourceIdList": ["$id"]}, "{Tags: ResourceTagList[0].TagsList}"),
    ),
    listing=Call("ListTrails", result="Trails[].TrailARN"),
)

DETECTOR = Kind(
    token="aws:guardduty/detector:Detector",
    service="guardduty",
    create=Call("CreateDetector", inputs=TOP),
    id="DetectorId",
    reads=(Call("GetDetector", {"DetectorId": "$id"}),),
    delete=(Call("DeleteDetector", {"DetectorId": "$id"}),),
    update=(Call("UpdateDetector", {"DetectorId": "$id"}, inputs=TOP),),
    finds={
        "enable": "Status == 'ENABLED'",
        "accountId": "account",
        "arn": "join('', ['arn:', partition, ':guardduty:', region, ':', account, ':detector/', id])",
    },
    tagging=Tagging(
        Call("TagResource", {"ResourceArn": "$arn", "Tags": "$tags"}),
        Call("UntagResource", {"ResourceArn": "$arn", "TagKeys": "$keys"}),
        member="Tags",
    ),
    listing=Call("ListDetectors", result="DetectorIds"),
)

_FEATURE = {
    "DetectorId": "$detectorId",
    "Features": [
        {"Name": "$name", "Status": "$status", "AdditionalConfiguration": "$additionalConfigurations"}
    ],
}

DETECTOR_FEATURE = Kind(
    token="aws:guardduty/detectorFeature:DetectorFeature",
    service="guardduty",
    create=Call("UpdateDetector", _FEATURE),
    id="join('/', [detectorId, name])",
    reads=(Call("GetDetector", {"DetectorId": "$detectorId"}, "pick(Features, 'Name', name)[0]"),),
    # It stays as it is, until the detector goes.
    update=(Call("UpdateDetector", _FEATURE),),
    finds={"detectorId": "detectorId"},
)

_BUDGET = {
    "BudgetName": "$name",
    "BudgetType": "$budgetType",
    "TimeUnit": "$timeUnit",
    "BudgetLimit": {"Amount": "$limitAmount", "Unit": "$limitUnit"},
    "CostFilters": "$costFilters",
}
_BY_NAME = {"AccountId": "$account", "BudgetName": "$name"}

BUDGET = Kind(
    token="aws:budgets/budget:Budget",
    service="budgets",
    create=Call(
        "CreateBudget",
        {
            "AccountId": "$account",
            "Budget": _BUDGET,
            "NotificationsWithSubscribers": "$notifications[].{Notification: {NotificationType:"
            " notificationType, ComparisonOperator: comparisonOperator, Threshold: threshold,"
            " ThresholdType: thresholdType}, Subscribers: [subscriberEmailAddresses[].{SubscriptionType:"
            " 'EMAIL', Address: @}, subscriberSnsTopicArns[].{SubscriptionType: 'SNS', Address: @}][]}",
        },
    ),
    id="join(':', [account, name])",
    reads=(
        Call("DescribeBudget", _BY_NAME, "Budget"),
        Call("DescribeNotificationsForBudget", _BY_NAME),
    ),
    delete=(Call("DeleteBudget", _BY_NAME),),
    update=(Call("UpdateBudget", {"AccountId": "$account", "NewBudget": _BUDGET}),),
    names={"name": "BudgetName"},
    finds={
        "limitAmount": "BudgetLimit.Amount",
        "limitUnit": "BudgetLimit.Unit",
        "accountId": "account",
        "timePeriodStart": "`null`",
        "timePeriodEnd": "`null`",
    },
    # Read by one more call for each notification, which moto lacks.
    unread=("notifications.subscriberEmailAddresses", "notifications.subscriberSnsTopicArns"),
    autoname="name",
    tagging=Tagging(
        Call("TagResource", {"ResourceARN": "$arn", "ResourceTags": "$tags"}),
        Call("UntagResource", {"ResourceARN": "$arn", "ResourceTagKeys": "$keys"}),
        member="ResourceTags",
        read=Call(
            "ListTagsForResource",
            {"ResourceARN": "$join('', ['arn:', partition, ':budgets::', account, ':budget/', name])"},
        ),
    ),
    listing=Call("DescribeBudgets", {"AccountId": "$account"}, "Budgets[].BudgetName"),
)

KINDS = (
    LOG_GROUP,
    LOG_POLICY,
    ALARM,
    EVENT_RULE,
    EVENT_TARGET,
    TOPIC,
    TOPIC_POLICY,
    SUBSCRIPTION,
    QUEUE,
    QUEUE_POLICY,
    TRAIL,
    DETECTOR,
    DETECTOR_FEATURE,
    BUDGET,
)
