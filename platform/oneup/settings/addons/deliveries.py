"""The knobs of who is told what became of a delivery."""

from typing import Annotated

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import DomainName, EmailAddress, HttpsUrl

Channel = Annotated[str, Form("a Slack channel's name without #, such as deliveries", r"[a-z0-9_-]{1,80}")]


class Slack(Section):
    """Writes into a channel; the Secret's key ``slack-token`` is the token of a Slack app."""

    channel: Channel
    """The channel, without ``#``."""


class PagerDuty(Section):
    """Calls somebody of failures; the Secret's key ``pagerduty-key`` is an Events API v2 integration's."""


class Email(Section):
    """Writes a message; the Secret's key ``email-password`` is the user's password."""

    to: EmailAddress
    """Who gets it."""

    sender: EmailAddress
    """Who it is from."""

    host: DomainName
    """Server that sends it."""

    port: Annotated[int, Unit("TCP port"), Field(ge=1, le=65535)] = 587
    """Its port; the connection is encrypted."""

    username: str
    """Who signs in at the server."""


class GitHub(Section):
    """Sets the status of the commit, as a GitHub App with the right ``statuses: write``.

    The Secret's key ``github-private-key`` is the app's private key.
    """

    app_id: Annotated[int, Unit("number of an app"), Field(ge=1)]
    """Number of the app."""

    installation_id: Annotated[int, Unit("number of an installation"), Field(ge=1)]
    """Number of its installation in the repository's organisation."""


class GitLab(Section):
    """Sets the status of the commit at GitLab; ``{}`` is enough.

    The Secret's key ``gitlab-token`` is an access token of the project: its scope is ``api``, and its role
    may push or merge to the branch that the stack follows.
    """

    url: HttpsUrl | None = None
    """Where GitLab is, if not at the host that ``gitops.repository`` names."""


class Notifications(Section):
    """Who is told of deliveries that have arrived, failed or made an application unwell."""

    slack: Slack | None = None
    """A channel for all three."""

    pagerduty: PagerDuty | None = None
    """Calls somebody where a delivery failed or an application is unwell; ``{}`` is enough."""

    email: Email | None = None
    """A mailbox for all three."""

    github: GitHub | None = None
    """The commit's status: success or failure."""

    gitlab: GitLab | None = None
    """The same, where the repository is at GitLab."""

    secret: ObjectName = "argocd-notifications"
    """Name of the Secret in ``argocd`` that holds the keys named above.

    On AWS, External Secrets makes it of the secret ``<prefix>/<name>`` in Secrets Manager, a JSON object with
    these keys; elsewhere, or without External Secrets, it is yours to make.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the Secret holds for those who are told."""
        needed = {
            "slack-token": self.slack,
            "pagerduty-key": self.pagerduty,
            "email-password": self.email,
            "github-private-key": self.github,
            "gitlab-token": self.gitlab,
        }
        return tuple(key for key, told in needed.items() if told is not None)
