"""Every object of a cluster has one owner: a release, the stack, or what ``apps/`` delivers."""

from pathlib import Path

import pytest

from charts import ROOT
from oneup.checks import ChartLibrary
from tests.render.owners import Owners
from tests.render.rendering import built, is_object
from tests.render.subjects import SUBJECTS, TOOLS, RenderedOf, addons
from tests.support.variants import Variant


def delivered(subject: Variant) -> list[Path]:
    """The folders that Argo CD or Flux applies."""
    top = ROOT / subject.settings.gitops.path
    return sorted(file.parent for file in top.glob("*/kustomization.yaml"))


@pytest.mark.parametrize(
    "subject",
    [pytest.param(each, id=str(each), marks=pytest.mark.xdist_group(str(each))) for each in SUBJECTS],
)
def test_every_object_has_one_owner(subject: Variant, rendered_of: RenderedOf, known: ChartLibrary) -> None:
    rendered = rendered_of(subject)
    owners = Owners(known)
    owners.add("the stack", [each.inputs for each in rendered.plan.resources if is_object(each)])
    for name in addons(subject):
        if release := rendered.releases.get(name):
            owners.add(f"release {name}", rendered.released(name), release.namespace)
    for folder in delivered(subject):
        owners.add(f"apps/{folder.name}", built(TOOLS / "kustomize", folder))
    assert owners.shared() == []
