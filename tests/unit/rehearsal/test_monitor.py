"""What is kept of each request."""

import pytest

from oneup.plan import SECRET, Resource
from tests.unit.rehearsal.conftest import Run

OPTIONS = """
    class Platform(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("oneup:platform:Platform", "platform")
            self.vpc = aws.ec2.Vpc("inside", opts=pulumi.ResourceOptions(parent=self))
            self.register_outputs({"vpc": self.vpc.id})
    platform = Platform()
    provider = aws.Provider("here", region="eu-west-1", allowed_account_ids=["111122223333"])
    base = aws.kms.Key("base")
    zone = aws.kms.Key("key", description=base.arn, tags={"a": base.key_id, "b": platform.vpc.id},
        opts=pulumi.ResourceOptions(
        provider=provider, protect=True, retain_on_delete=True, deleted_with=base, depends_on=[platform],
        ignore_changes=["tags", "description"], replace_on_changes=["policy"],
        additional_secret_outputs=["keyId"], version="7.0.0", import_="some-id",
        aliases=[pulumi.Alias(name="old"), "urn:pulumi:dev::oneup::a:b:C::older"],
        custom_timeouts=pulumi.CustomTimeouts(create="1h30m", delete="90s"),
    ))
    pulumi.export("secret", zone.key_id)
"""


@pytest.fixture
def resources(run: Run) -> dict[str, Resource]:
    return {resource.name: resource for resource in run(OPTIONS).plan.resources}


def test_every_option_is_kept(resources: dict[str, Resource]) -> None:
    key, base, inside = resources["key"], resources["base"], resources["inside"]
    assert key.provider == f"{resources['here'].urn}::{resources['here'].id}"
    assert (key.protect, key.retain_on_delete, key.deleted_with) == (True, True, base.urn)
    assert key.ignore_changes == ("description", "tags")
    assert key.replace_on_changes == ("policy",)
    assert key.secret_outputs == ("keyId",)
    assert (key.version, key.import_id) == ("7.0.0", "some-id")
    assert key.aliases == (
        "urn:pulumi:dev::oneup::a:b:C::older",
        "urn:pulumi:dev::oneup::aws:kms/key:Key::old",
    )
    assert key.custom_timeouts == {"create": 5400, "delete": 90}
    assert key.dependencies == tuple(sorted([base.urn, inside.urn]))
    assert key.property_dependencies["description"] == (base.urn,)
    assert key.property_dependencies["tags"] == tuple(sorted([base.urn, inside.urn]))


def test_a_component_stands_for_what_is_in_it(resources: dict[str, Resource]) -> None:
    platform, inside = resources["platform"], resources["inside"]
    assert inside.parent == platform.urn
    assert inside.urn.endswith("::oneup:platform:Platform$aws:ec2/vpc:Vpc::inside")
    assert platform.outputs == {"vpc": inside.id}
    assert platform.urn not in resources["key"].dependencies


@pytest.mark.parametrize(
    ("made", "place"),
    [
        pytest.param("opts=pulumi.ResourceOptions(provider=near)", "eu-west-1:111122223333", id="near"),
        pytest.param("opts=pulumi.ResourceOptions(provider=far)", "us-east-1:444455556666", id="far"),
        pytest.param("opts=pulumi.ResourceOptions()", "eu-west-1:111122223333", id="the first"),
        pytest.param("region='eu-north-1'", "eu-north-1:111122223333", id="by its own region"),
    ],
)
def test_a_resource_lives_where_its_provider_says(run: Run, made: str, place: str) -> None:
    text = f"""
        near = aws.Provider("near", region="eu-west-1", allowed_account_ids=["111122223333"])
        far = aws.Provider("far", region="us-east-1", allowed_account_ids=["444455556666"])
        pulumi.export("arn", aws.kms.Key("key", description=near.id.apply(str), {made}).arn)
    """
    assert str(run(text).exports["arn"]).startswith(f"arn:aws:kms:{place}:key/")


def test_an_output_marked_secret_stays_one(resources: dict[str, Resource]) -> None:
    assert resources["key"].outputs["keyId"] == SECRET
    assert resources["oneup-dev"].outputs == {"secret": SECRET}


def test_plain_text_that_comes_of_a_secret_is_one(run: Run) -> None:
    text = """
        token = pulumi.Output.secret("correct horse")
        pulumi.export("url", pulumi.Output.concat("https://", token, "@example.com"))
        aws.ssm.Parameter("p", type="String", value=pulumi.Output.json_dumps({"token": token}))
    """
    rehearsal = run(text)
    assert rehearsal.exports == {"url": SECRET}
    assert rehearsal.plan.of_type("aws:ssm/parameter:Parameter")[0].inputs["value"] == SECRET
    assert "horse" not in repr(rehearsal)


@pytest.mark.parametrize("preview", [True, False])
def test_what_exists_already_is_in_the_plan(run: Run, preview: bool) -> None:
    text = "zone = aws.route53.Zone.get('zone', 'Z123')\naws.ec2.Vpc('v', tags={'zone': zone.id})"
    plan = run(text, preview=preview).plan
    zone = next(resource for resource in plan.resources if resource.name == "zone")
    assert (zone.external, zone.id) == (True, "Z123")
    assert plan.of_type("aws:ec2/vpc:Vpc")[0].inputs["tags"] == {"zone": "Z123"}


def test_a_resource_given_whole_can_be_read_again(run: Run) -> None:
    text = """
        role = aws.iam.Role("role", assume_role_policy="{}")
        cluster = eks.Cluster("cluster", instance_roles=[role], skip_default_node_group=True)
        pulumi.export("role", cluster.instance_roles.apply(lambda roles: roles[0].arn))
    """
    rehearsal = run(text)
    role = next(resource for resource in rehearsal.plan.resources if resource.name == "role")
    assert rehearsal.exports == {"role": role.outputs["arn"]}
    assert role.source_location == "__main__.py:2"


def test_transforms_need_no_server(run: Run) -> None:
    text = "eks.Cluster('c', opts=pulumi.ResourceOptions(transforms=[lambda args: None]))"
    assert run(text).plan.of_type("eks:index:Cluster")
