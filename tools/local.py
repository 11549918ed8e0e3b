"""`make local`: the stack `local` on a kind cluster of its own, end to end; `make local-down` takes it away.

Everything that it keeps is in ``.local``, which Git ignores: Pulumi's state, the passphrase of the secrets
in it, and what the cluster held before anything was installed. Each step may find that it is done already.
"""

import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from local_machine import (
    HOME,
    KIND,
    PASSPHRASE,
    ROOT,
    STATE,
    LocalError,
    asked,
    check_programs,
    cluster,
    cluster_exists,
    kubectl,
    read,
    run,
    say,
)

STACK: Final = "local"
STACK_FILE: Final = ROOT / f"Pulumi.{STACK}.yaml"
COPY: Final = HOME / STACK_FILE.name
BEFORE: Final = HOME / "before"
SHOP: Final = ROOT / "apps" / STACK / "shop" / "kustomization.yaml"
SALT: Final = "encryptionsalt:"
PATIENCE: Final = "30m"
"""How long the applications may take to be fetched, started and found healthy."""

PAUSE_SECONDS: Final = 5
LOOKS: Final = 36
"""How often it looks for what a destroy has left: volumes and kinds go a little after their owners."""

KINDS: Final = (
    "namespaces,customresourcedefinitions,persistentvolumes,validatingwebhookconfigurations,"
    "mutatingwebhookconfigurations,apiservices,storageclasses,ingressclasses,priorityclasses,clusterroles,"
    "clusterrolebindings"
)
"""Kinds of which a destroy leaves no more than it found; what is in a namespace goes with it."""


def up() -> None:
    """Cluster, images, state, the platform, and every Application healthy."""
    check_programs()
    check_repository()
    make_cluster()
    load_images()
    make_state()
    deploy("up", "--yes")
    wait()
    say(f"every Application is healthy: {' '.join(kubectl('get', 'applications', '-n', 'argocd'))}")


def preview() -> None:
    """Fails where an up would change anything."""
    check_programs()
    if not has_state():
        raise LocalError("there is no stack yet; `make local` makes it")
    make_state()
    deploy("preview", "--expect-no-changes", "--diff")


def down() -> None:
    """Destroy, look for what is left, delete the cluster; whatever is not there is done already.

    The cluster goes whatever becomes of the destroy: there is nothing outside it.
    """
    check_programs()
    problem = ""
    if cluster_exists():
        problem = destroy() if has_state() else ""
        run("kind", "delete", "cluster", "--name", cluster())
    shutil.rmtree(HOME, ignore_errors=True)
    if problem:
        raise LocalError(f"the cluster is deleted, but {problem}")
    say("nothing is left")


def check_repository() -> None:
    """Argo CD must be able to read the repository, anonymously unless it has credentials."""
    config = cast("Mapping[str, Mapping[str, str]]", read(STACK_FILE)["config"])
    gitops = config["oneup:gitops"]
    look = ("git", "-c", "credential.helper=", "ls-remote", "--quiet", gitops["repository"], "HEAD")
    if "credentialsSecret" not in gitops and asked(*look).returncode:
        raise LocalError(
            f"{gitops['repository']} cannot be read, and Argo CD delivers from there; name your own copy of "
            f"it in {STACK_FILE.name} (gitops.repository) and in apps/{STACK}/stack/stack.yaml, and push"
        )


def make_cluster() -> None:
    """The cluster of ``kind.yaml``, and a note of what it holds before anything is installed."""
    HOME.mkdir(exist_ok=True)
    if cluster_exists():
        if not BEFORE.exists():
            raise LocalError(
                f"there is a kind cluster {cluster()} of which nothing is known here; if it may go, "
                "`make local-down` takes it away; then try again"
            )
        run("kind", "export", "kubeconfig", "--name", cluster())
    else:
        # What is known of a cluster that is gone would be taken for this one's.
        shutil.rmtree(STATE, ignore_errors=True)
        BEFORE.unlink(missing_ok=True)
        run("kind", "create", "cluster", "--config", str(KIND), "--wait", "5m")
        BEFORE.write_text("".join(f"{name}\n" for name in sorted(held())), "utf-8")


def held() -> set[str]:
    """The names of the cluster's own objects."""
    done = asked(*kubectl("get", KINDS, "--output", "name"))
    if done.returncode:
        raise LocalError(f"the cluster does not answer: {done.stderr.strip()}")
    return set(done.stdout.split())


def load_images() -> None:
    """Build the shop, and put it where nodes look before they ask a registry."""
    images = cast("Sequence[Mapping[str, str]]", read(SHOP)["images"])
    prefix, tag = images[0]["newName"].rpartition("/")[0], images[0]["newTag"]
    run("apps/shop/images.sh", prefix, tag)
    names = [f"{image['newName']}:{image['newTag']}" for image in images]
    run("kind", "load", "docker-image", "--name", cluster(), *names)


def make_state() -> None:
    """A passphrase of this machine's own, and a stack whose secrets are encrypted with it.

    Pulumi writes the passphrase's salt into the stack file. Here that is a copy: the file in Git stays as
    it is.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    if not PASSPHRASE.exists():
        PASSPHRASE.touch(mode=0o600)
        PASSPHRASE.write_text(secrets.token_urlsafe(32), "utf-8")
    salt = salts(COPY)
    if not has_state():
        given = STACK_FILE.read_bytes()
        try:
            run(*pulumi("stack", "init", "--secrets-provider", "passphrase", "--no-select"))
            salt = salts(STACK_FILE)
        finally:
            STACK_FILE.write_bytes(given)
    COPY.write_text(STACK_FILE.read_text("utf-8") + salt, "utf-8")


def salts(path: Path) -> str:
    """The line with the salt; nothing where there is none yet."""
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return "".join(line for line in lines if line.startswith(SALT))


def has_state() -> bool:
    """Whether the stack was made here."""
    return STATE.is_dir() and not asked(*pulumi("stack", "--show-name")).returncode


def pulumi(*arguments: str) -> tuple[str, ...]:
    """A non-interactive Pulumi command for the stack."""
    return ("pulumi", *arguments, "--stack", STACK, "--non-interactive")


def deploy(command: str, *arguments: str) -> None:
    """Have the engine work with the copy of the stack file."""
    run(*pulumi(command, "--config-file", str(COPY), "--parallel", "32", *arguments))


def wait() -> None:
    """Until the root has delivered all its waves, and every Application is synced and healthy."""
    call = ("wait", "--namespace", "argocd", "--timeout", PATIENCE)
    root = "applications.argoproj.io/root"
    run(*kubectl(*call, "--for=jsonpath={.status.operationState.phase}=Succeeded", root))
    for want in ("{.status.sync.status}=Synced", "{.status.health.status}=Healthy"):
        run(*kubectl(*call, f"--for=jsonpath={want}", "applications.argoproj.io", "--all"))


def destroy() -> str:
    """Take the stack down; what is wrong with it afterwards, or nothing."""
    try:
        run("kind", "export", "kubeconfig", "--name", cluster())
        make_state()
        deploy("destroy", "--yes")
        found = left()
    except (LocalError, OSError) as error:
        return str(error)
    return f"the destroy had left {', '.join(sorted(found))}" if found else ""


def left() -> set[str]:
    """Objects that the cluster did not have at first, after all deletions have finished."""
    before = set(BEFORE.read_text("utf-8").split())
    for _ in range(LOOKS):
        if not held() - before:
            return set()
        time.sleep(PAUSE_SECONDS)
    return held() - before


COMMANDS: Final[Mapping[str, Callable[[], None]]] = {"up": up, "preview": preview, "down": down}


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    command = COMMANDS.get(" ".join(arguments))
    if command is None:
        sys.stderr.write(f"local: say one of {', '.join(COMMANDS)}\n")
        return 2
    try:
        command()
    except LocalError as error:
        sys.stderr.write(f"local: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
