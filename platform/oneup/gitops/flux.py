"""Flux: the GitRepository, the root Kustomization, and the groups' service accounts."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from oneup.addonkit.rbac import READ_VERBS, cross_namespace_role, rbac_rule, service_account
from oneup.gitops.kinds import resources_by_group
from oneup.gitops.projects import ROOT_PROJECT, ApplicationGroup, GroupKind
from oneup.settings.gitops import Gitops
from oneup.values import Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import FLUX

ROOT: Final = "root"
SOURCE: Final = "apps"
KUSTOMIZATIONS_FOLDER: Final = "flux"
"""Subfolder of the stack's folder in ``apps/`` with one Kustomization per application."""

_ALL: Final = "get list watch create update patch delete"


def service_accounts(projects: Iterable[ApplicationGroup]) -> Iterator[Manifest]:
    """A service account per application group in ``flux-system``, limited to its kinds and namespaces.

    The root's can only create Kustomizations, as Argo CD's root project can only create
    Applications: deployed objects cannot extend what may be deployed.
    """
    for project in projects:
        yield service_account(project.name, FLUX.name)
        if project.name == ROOT_PROJECT:
            yield from _rights(project.name, FLUX.name, [("kustomize.toolkit.fluxcd.io", "Kustomization")])
            continue
        for namespace in project.namespaces:
            yield from _rights(project.name, namespace, project.allowed)


def _rights(account: str, namespace: str, kinds: Iterable[GroupKind]) -> Iterator[Manifest]:
    rules = [
        rbac_rule(group, " ".join(resources), _ALL) for group, resources in resources_by_group(kinds).items()
    ]
    # Flux checks a Deployment's health through its pods, with the same account.
    rules += [rbac_rule("apps", "replicasets", READ_VERBS), rbac_rule("", "pods", READ_VERBS)]
    yield from cross_namespace_role(f"flux-{account}", namespace, (account, FLUX.name), *rules)


def git_repository(gitops: Gitops) -> Manifest:
    """The GitRepository, limited to ``apps/``."""
    secret = gitops.credentials_secret
    credentials: Values = {"secretRef": {"name": secret}} if secret else {}
    return Manifest(
        api_version="source.toolkit.fluxcd.io/v1",
        kind="GitRepository",
        name=SOURCE,
        namespace=FLUX.name,
        body={
            "spec": {
                "url": gitops.repository,
                "ref": git_reference(gitops.revision),
                "interval": "1m",
                "ignore": "/*\n!/apps\n/apps/shop\n",
                **credentials,
            }
        },
    )


def git_reference(revision: str) -> Values:
    """The Git reference for Flux: a commit, a full reference (``refs/tags/v1``), or a branch."""
    if re.fullmatch("[0-9a-f]{40}", revision):
        return {"commit": revision}
    return {"name": revision} if revision.startswith("refs/") else {"branch": revision}


def root_kustomization(gitops: Gitops) -> Manifest:
    """The root Kustomization; it finds all others under its path."""
    return Manifest(
        api_version="kustomize.toolkit.fluxcd.io/v1",
        kind="Kustomization",
        name=ROOT,
        namespace=FLUX.name,
        body={
            "spec": {
                "sourceRef": {"kind": "GitRepository", "name": SOURCE},
                "path": f"./{gitops.path}/{KUSTOMIZATIONS_FOLDER}",
                "serviceAccountName": ROOT_PROJECT,
                "interval": "10m",
                "retryInterval": "1m",
                "timeout": "10m",
                # Deleting it deletes everything it deployed.
                "prune": True,
                "wait": True,
            }
        },
    )
