"""Runs all checks."""

import shutil
from collections.abc import Iterator, Sequence

from oneup.preflight import tools
from oneup.preflight.access import check_access
from oneup.preflight.account import sign_in
from oneup.preflight.cluster import check_before_creation, check_running_cluster, find_cluster
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.definitions import check_definitions
from oneup.preflight.existing import check_enforcement, check_kubeconfig, kubectl
from oneup.preflight.finding import Finding
from oneup.preflight.guardduty import check_security_services
from oneup.preflight.interrupted import check_releases
from oneup.preflight.orphans import check_orphans
from oneup.preflight.quotas import check_quotas
from oneup.preflight.reach import cluster_access
from oneup.preflight.required_secrets import check_required_secrets
from oneup.preflight.state import read_state
from oneup.settings import AwsSettings, Settings, SettingsError, load_file
from oneup.settings.model import ExistingSettings
from oneup.settings.names import cluster_name


def run_checks(intent: PlannedCommand) -> tuple[Finding, ...]:
    """All blocking findings and warnings for a command."""
    settings = _settings(intent)
    state = read_state(intent)
    findings = [*tools.check_pulumi(), *state.findings]
    if isinstance(settings, Finding):
        findings.append(settings)
    elif isinstance(settings, AwsSettings):
        findings += [*tools.check_aws(), *_check_account(intent, settings)]
    else:
        findings += _check_existing(intent, settings)
    if not isinstance(settings, Finding) and state.exported and not any(each.blocking for each in findings):
        with cluster_access(settings, intent.stack, intent.project) as reach:
            findings += _check_interrupted(intent, state.exported, reach) if reach else ()
    return (*findings, *tools.check_kubectl())


def _check_interrupted(intent: PlannedCommand, exported: str, reach: Sequence[str]) -> Iterator[Finding]:
    """What the last command has left in the cluster, where it was cut off."""
    yield from check_releases(intent, reach)
    yield from check_orphans(intent, exported, reach)


def _settings(intent: PlannedCommand) -> Settings | Finding:
    """The stack's settings, or what is wrong with its file."""
    try:
        return load_file(intent.stack_file)
    except SettingsError as error:
        return Finding(
            str(error), f"edit {intent.stack_file.name}; `make rehearse STACK={intent.stack}` checks it"
        )


def _check_existing(intent: PlannedCommand, settings: ExistingSettings) -> Iterator[Finding]:
    """Connectivity to the cluster and, if it is reachable, what is in it already and what it enforces."""
    existing = settings.existing
    barred = [*check_kubeconfig(existing)]
    yield from barred
    if not barred and shutil.which("kubectl") and intent.command is not Command.DESTROY:
        yield from check_definitions(settings, kubectl(existing))
        yield from check_enforcement(existing)


def _check_account(intent: PlannedCommand, settings: AwsSettings) -> Iterator[Finding]:
    """Checks on the account; nothing without the aws CLI."""
    if shutil.which("aws") is None:
        return
    session = sign_in(settings.aws)
    if isinstance(session, Finding):
        yield session
        return
    yield from check_access(intent.command, settings, session.caller)
    if intent.command is not Command.DESTROY:
        yield from check_security_services(session, settings)
        yield from check_required_secrets(session, settings)
    cluster = find_cluster(session, cluster_name(intent.stack))
    if isinstance(cluster, Finding):
        yield cluster
    elif cluster is not None:
        yield from check_running_cluster(intent, settings, cluster)
    elif intent.command is not Command.DESTROY:
        yield from check_before_creation(settings)
        yield from check_quotas(session, settings.network)
