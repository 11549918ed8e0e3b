"""Users and roles of Elasticsearch. Passwords are generated in the cluster."""

from typing import Final

from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import LOGGING

ROLES: Final = "elasticsearch-roles"

SHIPPER: Final = "elasticsearch-shipper"
"""Writes log lines. Its Secret has the keys ``username`` and ``password``, like the others'."""

RETENTION_MANAGER: Final = "elasticsearch-keeper"
"""Manages retention."""

TRACER: Final = "elasticsearch-tracer"
"""Writes traces to their own indices."""

USERS: Final = (SHIPPER, RETENTION_MANAGER, TRACER)

_RIGHTS: Final = """\
elasticsearch-shipper:
  cluster: [monitor]
  indices:
    - names: ["logs-*"]
      privileges: [auto_configure, create_doc]
elasticsearch-keeper:
  cluster: [manage_ilm, manage_index_templates, monitor]
  indices:
    - names: ["logs-*"]
      privileges: [manage]
elasticsearch-tracer:
  cluster: [manage_index_templates, monitor]
  indices:
    - names: ["jaeger-*"]
      privileges: [all]
"""


def users() -> tuple[Manifest, ...]:
    """The roles, a password generator, and a user for each role, by External Secrets."""
    return (
        _object(
            "generators.external-secrets.io/v1alpha1",
            "Password",
            "elasticsearch",
            {"spec": {"length": 32, "digits": 8, "symbols": 0, "noUpper": False, "allowRepeat": True}},
        ),
        _secret(ROLES, {"type": "Opaque", "data": {"roles.yml": _RIGHTS}}),
        *(_secret(name, _user(name)) for name in USERS),
    )


def _user(name: str) -> Values:
    """A user in the operator's format: basic authentication and roles."""
    return {
        "type": "kubernetes.io/basic-auth",
        "data": {"username": name, "password": "{{ .password }}", "roles": name},
    }


def _secret(name: str, template: Values) -> Manifest:
    """A Secret that External Secrets writes once, so that the password does not change."""
    source: list[Value] = [
        {
            "sourceRef": {
                "generatorRef": {
                    "apiVersion": "generators.external-secrets.io/v1alpha1",
                    "kind": "Password",
                    "name": "elasticsearch",
                }
            }
        }
    ]
    return _object(
        "external-secrets.io/v1",
        "ExternalSecret",
        name,
        {
            "spec": {
                "refreshPolicy": "CreatedOnce",
                "target": {"name": name, "template": {"engineVersion": "v2", **template}},
                "dataFrom": source,
            }
        },
    )


def _object(api_version: str, kind: str, name: str, body: Values) -> Manifest:
    return Manifest(api_version=api_version, kind=kind, name=name, namespace=LOGGING.name, body=body)
