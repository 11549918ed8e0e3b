"""One project folder, one file backend, and the commands that a user gives, such as `make up`."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final, cast

from tests import ROOT
from tests.cluster.harness.objects import JsonMap, Object
from tests.up.engine import language, provider
from tests.up.engine.events import Events
from tests.up.engine.faults import FAULTS, Fault

TOOLS: Final = ROOT / "build" / "tools"
PASSPHRASE: Final = "up-test"
SALT: Final = "encryptionsalt:"
LEFT_OUT: Final = (".git", ".venv", ".cache", "build", "apps", "docs", "tests", "node_modules")
"""What a project folder is copied without: the program needs none of it."""

PARALLEL: Final = 32
"""As the Makefile passes it."""

EVENTS: Final = ".events"
LOOK: Final = 0.05
"""Seconds between two looks at an event log."""

LIMIT: Final = 900
"""Seconds that a command may take."""

PLUGIN: Final = """#!{python}
import sys
sys.path[:0] = {path!r}
from {module} import main
main()
"""


class EngineError(Exception):
    """A command did not do what it should, with what it said."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    words: tuple[str, ...]
    status: int
    output: str
    seconds: float
    events: Events
    journal: tuple[Object, ...]
    """The creates, updates and deletes that the Kubernetes provider was asked for."""

    def check(self) -> "Done":
        """Raise where it failed."""
        if self.status:
            told = "\n".join(
                f"{message.urn.rpartition('::')[2]}: {message.text}" for message in self.events.errors
            )
            raise EngineError(f"{' '.join(self.words)}: status {self.status}\n{told or self.output[-3000:]}")
        return self


@dataclass(frozen=True)
class Break:
    """Where a command ends: some seconds after a step on a resource has begun."""

    urn: str
    how: signal.Signals
    """SIGKILL for a crash of engine and program, SIGINT for Ctrl-C."""

    after: float

    def begun(self, events: Path) -> bool:
        """Whether the step has begun; read as text, for it is looked at many times a second."""
        if not events.exists():
            return False
        step = f'"urn":{json.dumps(self.urn)}'
        lines = [line for line in events.read_text(errors="replace").splitlines() if step in line]
        return any('"resourcePreEvent"' in line and '"op":"same"' not in line for line in lines)


@dataclass
class Engine:
    """The commands of one stack."""

    folder: Path
    stack: str
    kubeconfig: Path
    surroundings: Mapping[str, str]
    """Variables of the environment: where charts and other providers are."""

    programs: Sequence[Path] = ()
    """Further folders of programs."""

    faults: Sequence[Fault] = ()
    """What goes wrong in the next commands."""

    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    given: str = ""
    """The stack file as it is in this checkout."""

    _count: int = 0
    _salt: str = ""

    @property
    def project(self) -> Path:
        """The project that the commands run in: a copy of this checkout."""
        return self.folder / "project"

    @property
    def settings(self) -> Path:
        """The stack file that the commands read."""
        return self.project / f"Pulumi.{self.stack}.yaml"

    def prepare(self) -> None:
        """Copy the project, put the plug-ins in place and make the stack."""
        shutil.rmtree(self.folder, ignore_errors=True)
        ignored = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(ROOT, self.project, ignore=ignored, symlinks=True)
        (self.project / ".venv").symlink_to(ROOT / ".venv")
        binaries, home = self.folder / "bin", self.folder / "home"
        binaries.mkdir()
        (self.folder / "state").mkdir()
        # Not a link: the CLI looks beside itself for the language plug-in.
        shutil.copy(TOOLS / "pulumi", binaries / "pulumi")
        (binaries / "kubectl").symlink_to((TOOLS / "kubectl").resolve())
        _plugin(binaries / "pulumi-language-python", language.__name__)
        # The SDK asks for exactly its own version.
        plugin = home / "plugins" / f"resource-kubernetes-v{version('pulumi-kubernetes')}"
        plugin.mkdir(parents=True)
        _plugin(plugin / "pulumi-resource-kubernetes", provider.__name__)
        self.environment = self._environment(binaries, home)
        self.given = self.settings.read_text()
        self.run(
            "pulumi", "stack", "init", self.stack, "--secrets-provider", "passphrase", "--no-select"
        ).check()
        salt = [line for line in self.settings.read_text().splitlines() if line.startswith(SALT)]
        self._salt = "\n".join(salt) + "\n"
        self.configure(self.given)

    def configure(self, settings: str) -> None:
        """Give the stack other settings."""
        self.settings.write_text(settings + self._salt)

    def _environment(self, binaries: Path, home: Path) -> Mapping[str, str]:
        given = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PULUMI_", "AWS_", "MAKE"))
            and not key.lower().endswith("_proxy")
            and key != "SSL_CERT_DIR"
        }
        # Not the folder of the tools: the provider in it would be taken for the plug-in that is asked for.
        others = [folder for folder in given["PATH"].split(os.pathsep) if Path(folder) != TOOLS]
        path = os.pathsep.join((str(binaries), *map(str, self.programs), *others))
        helm = {
            f"HELM_{part}_HOME": str(self.folder / "helm" / part.lower())
            for part in ("CACHE", "CONFIG", "DATA")
        }
        return {
            **given,
            **helm,
            "PATH": path,
            "KUBECONFIG": str(self.kubeconfig),
            "PULUMI_HOME": str(home),
            # Without files of attributes beside the state's: these a crash can leave empty.
            "PULUMI_BACKEND_URL": f"{(self.folder / 'state').as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "1",
            # For --event-log.
            "PULUMI_DEBUG_COMMANDS": "1",
            provider.REAL: str((TOOLS / "pulumi-resource-kubernetes").resolve()),
            provider.KUBECONFIG: str(self.kubeconfig),
            **self.surroundings,
        }

    def run(self, *words: str) -> Done:
        """Run a command in the project, to its end."""
        return self._start(*words).end()

    def make(self, target: str, *arguments: str) -> Done:
        """`make preview`, `make up` or `make destroy`, as a user gives it, but for the question."""
        return self._start(*self._make(target, arguments)).end()

    def pulumi(self, command: str, *arguments: str) -> Done:
        """A deployment command of the CLI by itself."""
        return self.run("pulumi", command, "--stack", self.stack, *self._options(command), *arguments)

    def broken_off(self, target: str, end: "Break") -> Done:
        """`make up` or `make destroy`, ended by a signal in its middle: a crash, or Ctrl-C."""
        command = self._start(*self._make(target, ()))
        while command.process.poll() is None and not end.begun(command.events):
            time.sleep(LOOK)
        time.sleep(end.after if command.process.poll() is None else 0)
        if end.how is signal.SIGKILL:
            _kill_session(command.process.pid)
        else:
            _interrupt(command.process.pid, end.how)
        return command.end()

    def state(self) -> Object:
        """The stack's state, secrets in the open."""
        done = self.run("pulumi", "stack", "export", "--stack", self.stack, "--show-secrets").check()
        return Object(cast(JsonMap, json.loads(done.output)))

    def outputs(self) -> Object:
        """What the stack exports."""
        done = self.run("pulumi", "stack", "output", "--json", "--stack", self.stack).check()
        return Object(cast(JsonMap, json.loads(done.output)))

    def rehearse(self) -> Path:
        """Rehearse the stack file at hand; the plan."""
        self.run("make", "--no-print-directory", "rehearse", f"STACK={self.stack}").check()
        return self.project / "build" / self.stack / "plan.json"

    def _make(self, target: str, arguments: Sequence[str]) -> tuple[str, ...]:
        options = " ".join((*self._options(target), *arguments))
        return (
            "make",
            "--no-print-directory",
            target,
            f"STACK={self.stack}",
            f"ARGS={options}",
            f"PARALLEL={PARALLEL}",
        )

    def _options(self, command: str) -> tuple[str, ...]:
        """What every deployment command is told; each has an event log of its own."""
        events = self.folder / f"{self._count + 1:02}-{command}{EVENTS}"
        told = ("--non-interactive", "--color", "never", "--event-log", str(events))
        return (*told, *(("--yes", "--skip-preview") if command != "preview" else ()))

    def _start(self, *words: str) -> "_Command":
        self._count += 1
        log = self.folder / f"{self._count:02}-{words[0]}.log"
        named = next(
            (Path(word) for word in " ".join(words).split() if word.endswith(EVENTS)), Path(os.devnull)
        )
        journal = log.with_suffix(".journal")
        environment = {**self.environment, provider.JOURNAL: str(journal), FAULTS: Fault.write(self.faults)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                words,
                cwd=self.project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return _Command(words, process, log, journal, named)


@dataclass(frozen=True)
class _Command:
    """A command that runs, and where it leaves what it does."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes]
    log: Path
    journal: Path
    events: Path
    start: float = field(default_factory=time.monotonic)

    def end(self) -> Done:
        """Wait for its end."""
        try:
            status = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            _kill_session(self.process.pid)
            told = f"not ended after {LIMIT} s\n{self.log.read_text()[-3000:]}"
            raise EngineError(f"{' '.join(self.words)}: {told}") from None
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        noted = tuple(Object(cast(JsonMap, json.loads(line))) for line in lines if line.endswith("}"))
        output = self.log.read_text(errors="replace")
        return Done(self.words, status, output, time.monotonic() - self.start, Events(self.events), noted)


def _plugin(file: Path, module: str) -> None:
    """An executable that runs the ``main`` of a module of ours in the environment of this process."""
    path = [str(ROOT), str(ROOT / "platform")]
    file.write_text(PLUGIN.format(python=sys.executable, path=path, module=module))
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def _processes() -> dict[int, tuple[int, int, str]]:
    """Parent, session and name of each process."""
    found: dict[int, tuple[int, int, str]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text()
        except OSError:
            continue
        name, fields = text[text.index("(") + 1 : text.rindex(")")], text.rpartition(")")[2].split()
        found[int(file.parent.name)] = int(fields[1]), int(fields[3]), name
    return found


def _kill_session(leader: int) -> None:
    """End all processes of a session at once: plug-ins have groups of their own, but the same session."""
    for process in [number for number, (_, session, _) in _processes().items() if session == leader]:
        _signal(process, signal.SIGKILL)


def _interrupt(leader: int, how: signal.Signals) -> None:
    """What Ctrl-C does to the CLI; make waits for it."""
    for process in [
        number
        for number, (_, session, name) in _processes().items()
        if session == leader and name == "pulumi"
    ]:
        _signal(process, how)


def _signal(process: int, how: signal.Signals) -> None:
    try:
        os.kill(process, how)
    except ProcessLookupError:
        return  # it has ended meanwhile
