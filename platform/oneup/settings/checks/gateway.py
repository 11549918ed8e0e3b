"""The ways in on a cluster that exists already."""

from collections.abc import Iterator

from oneup.settings.errors import Problem, path
from oneup.settings.model import ExistingSettings


def tunnel(settings: ExistingSettings) -> Iterator[Problem]:
    """A tunnel has an id, and leads somewhere; each host and path once."""
    knobs = settings.addons.cloudflare_tunnel
    if not knobs.enabled:
        return
    key = "addons.cloudflareTunnel"
    if knobs.tunnel is None:
        yield Problem(f"{key}.tunnel", "is missing; give the id that Cloudflare shows for the tunnel")
    if not knobs.rules:
        yield Problem(f"{key}.rules", "is empty; name a host and the Service that answers for it")
    seen: set[tuple[str, str | None]] = set()
    for index, rule in enumerate(knobs.rules):
        if (rule.hostname, rule.path) in seen:
            text = f"{rule.hostname} has such a rule already, and only the first holds; keep one of them"
            yield Problem(path(("addons", "cloudflareTunnel", "rules", index, "hostname")), text)
        seen.add((rule.hostname, rule.path))
