"""A program that says what it got from the foundation."""

import pulumi

from oneup import foundation, settings

handle = foundation.build(settings.load())
pulumi.export("stages", {stage: [item.urn for item in waits] for stage, waits in handle.stages.items()})
pulumi.export("facts", {str(fact): value for fact, value in handle.facts.items()})
pulumi.export("identities", handle.identities is not None)
pulumi.export("with", handle.deleted_with.urn if handle.deleted_with else "")
