"""ECR repositories with immutable tags, scan on push, and pull access for the nodes."""

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document
from oneup.values import Value

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


class Registry(pulumi.ComponentResource):
    """The repositories of the settings."""

    urls: Mapping[str, pulumi.Output[str]]
    """The repository URLs by name."""

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Make each repository with its lifecycle and its policy."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Registry", "registry", None, options)
        self._account = account
        self._key = key
        self.urls = {name: self._repository(name) for name in account.settings.registry.repositories}
        self.register_outputs({})

    def _repository(self, name: str) -> pulumi.Output[str]:
        child = pulumi.ResourceOptions(parent=self)
        protected = pulumi.ResourceOptions(parent=self, protect=self._account.protect)
        repository = aws.ecr.Repository(
            name,
            name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": self._key}],
            force_delete=not self._account.protect,
            opts=protected,
        )
        aws.ecr.LifecyclePolicy(
            name,
            repository=repository.name,
            policy=lifecycle(self._account.settings.registry.keep_images),
            opts=child,
        )
        aws.ecr.RepositoryPolicy(
            name, repository=repository.name, policy=policy_document(self._nodes_pull()), opts=child
        )
        return repository.repository_url

    def _nodes_pull(self) -> Mapping[str, Value]:
        """Pull access for the stack's node role, by name, so that it need not exist first."""
        role = self._account.aws.global_arn("iam", f"role/{self._account.role_name('node')}")
        return {
            "Sid": "NodesPull",
            "Effect": "Allow",
            "Principal": {"AWS": self._account.aws.global_arn("iam", "root")},
            "Action": list(PULL),
            "Condition": {"ArnEquals": {"aws:PrincipalArn": role}},
        }


def lifecycle(keep: int) -> str:
    """Expire all images but the newest ``keep``, tagged or not."""
    rule = {
        "rulePriority": 1,
        "description": f"Keep the newest {keep} images",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep},
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]}, separators=(",", ":"))
