"""Commit statuses in GitHub or GitLab."""

import json
from typing import Final
from urllib.parse import quote, urlsplit

from oneup.settings.addons.argo_cd import GitLab
from oneup.settings.formats.web import parse_git_url
from oneup.settings.model import Settings
from oneup.values import Values

PAGE: Final = "{{.context.argocdUrl}}/applications/{{.app.metadata.name}}"
_COMMIT: Final = "app.status.operationState.syncResult.revision"
_GITLAB_STATES: Final = {"success": "success", "failure": "failed"}


def _label(stack: str) -> str:
    """The context of the status: stack and Application."""
    return f"oneup/{stack}/{{{{.app.metadata.name}}}}"


def github_status(stack: str, state: str) -> Values:
    """The notification template for GitHub."""
    return {
        "repoURLPath": "{{.app.spec.source.repoURL}}",
        "revisionPath": f"{{{{.{_COMMIT}}}}}",
        "status": {"state": state, "label": _label(stack), "targetURL": PAGE},
    }


def gitlab_status(settings: Settings, knobs: GitLab, state: str) -> Values:
    """The notification template for GitLab: a webhook request to its API, because Argo CD has no GitLab service."""
    project = quote(_project(settings, knobs), safe="")
    body = {"state": _GITLAB_STATES[state], "name": _label(settings.stack), "target_url": PAGE}
    return {
        "method": "POST",
        "path": f"/api/v4/projects/{project}/statuses/{{{{.{_COMMIT}}}}}",
        "body": json.dumps(body),
    }


def gitlab(settings: Settings, knobs: GitLab) -> Values:
    """GitLab's URL and token."""
    headers: tuple[Values, ...] = (
        {"name": "PRIVATE-TOKEN", "value": "$gitlab-token"},
        {"name": "Content-Type", "value": "application/json"},
    )
    return {"url": gitlab_url(settings, knobs), "headers": headers}


def gitlab_url(settings: Settings, knobs: GitLab) -> str:
    """The base URL of the repository's GitLab."""
    return (knobs.url or f"https://{parse_git_url(settings.gitops.repository).host}").rstrip("/")


def _project(settings: Settings, knobs: GitLab) -> str:
    """The project's path, without GitLab's relative URL root."""
    folder = urlsplit(gitlab_url(settings, knobs)).path.strip("/")
    return parse_git_url(settings.gitops.repository).path.removeprefix(f"{folder}/" if folder else "")
