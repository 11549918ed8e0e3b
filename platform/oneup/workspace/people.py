"""Who holds the platform's roles, by group."""

from oneup.settings.model import ExistingSettings, Settings
from oneup.workspace.roles import RoleName


def groups(settings: Settings) -> dict[RoleName, tuple[str, ...]]:
    """The groups of each role.

    On AWS an access entry puts a principal into the group named after its role, so an entry that comes
    later finds its rights. Elsewhere the API server's OIDC provider says who is in which group.
    """
    if not isinstance(settings, ExistingSettings):
        return {role: (str(role),) for role in RoleName}
    access = settings.existing.access
    return {
        RoleName.ADMIN: access.admins,
        RoleName.DEVELOPER: access.developers,
        RoleName.VIEWER: access.viewers,
        RoleName.MONITORING: access.monitoring_readers,
    }
