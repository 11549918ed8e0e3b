"""`make local` and `make local-down`: what is done in which order, and what when something is amiss."""

import re
import stat
import subprocess
from pathlib import Path

import pytest

from tests.unit.tools.world import ROOT, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def verbs(lines: list[str]) -> list[str]:
    """The first words, without options."""
    return [" ".join(re.sub(r" --context \S+", "", line).split()[:2]) for line in lines]


UP = ["images.sh registry.example.com/shop", "kind load", "pulumi up", *["kubectl wait"] * 3]


def test_one_command_goes_from_nothing_to_healthy_applications(world: World) -> None:
    assert world.make(["up"]) == 0
    done = world.did()
    assert verbs(done) == ["kind create", *UP[:2], "pulumi stack", *UP[2:]]
    assert "Synced" in done[-2]
    assert "Healthy" in done[-1]
    loaded = next(line for line in done if line.startswith("kind load"))
    assert loaded.count("registry.example.com/shop/") == 6


def test_the_images_that_are_loaded_are_those_that_are_built(world: World) -> None:
    world.make(["up"])
    done = world.did()
    (call,) = [line.split()[1:] for line in done if line.startswith("images.sh ")]
    (loaded,) = [line.split()[5:] for line in done if line.startswith("kind load ")]
    subprocess.run([ROOT / "apps" / "shop" / "images.sh", *call], check=True)
    built = [line.split("--tag ")[1].split()[0] for line in world.did() if line.startswith("docker build ")]
    assert sorted(loaded) == sorted(built)


def test_a_second_up_makes_neither_cluster_nor_stack_anew(world: World) -> None:
    world.make(["up"])
    passphrase = (world.home / "passphrase").read_text()
    world.did()
    assert world.make(["up"]) == 0
    assert verbs(world.did()) == ["kind export", *UP]
    assert (world.home / "passphrase").read_text() == passphrase


def test_the_passphrase_stays_on_the_machine_and_the_stack_file_as_it_is(world: World) -> None:
    world.make(["up"])
    own = world.checkout / "Pulumi.local.yaml"
    assert own.read_bytes() == (ROOT / own.name).read_bytes()
    assert (world.home / own.name).read_text() == own.read_text() + "encryptionsalt: v1:salt\n"
    world.make(["up"])
    assert (world.home / own.name).read_text().count("encryptionsalt:") == 1
    passphrase = world.home / "passphrase"
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    assert len(passphrase.read_text()) >= 32
    assert passphrase.read_text() not in "".join(world.did())
    assert ".local/" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("command", ["up", "down", "preview"])
def test_all_missing_programs_are_named_at_once_with_the_way_to_get_each(
    command: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("docker", "kind", "pulumi", "kubectl"):
        (world.bin / name).unlink()
    assert world.make([command]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [
        word
        for line in lines
        for word in ("docker", "kind", "kubectl", "Pulumi CLI")
        if f"{word} is not" in line
    ] == [
        "docker",
        "kind",
        "kubectl",
        "Pulumi CLI",
    ]
    assert all("install it: " in line for line in lines)
    assert world.did() == []
    assert not world.home.exists()


def test_docker_must_answer(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.mark("asleep")
    assert world.make(["up"]) == 1
    assert capsys.readouterr().err == (
        "local: docker does not answer; start Docker, or add yourself to the group docker\n"
    )
    assert world.did() == []


def test_a_repository_that_argo_cd_cannot_read_is_said_before_anything_is_made(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.mark("private")
    assert world.make(["up"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("local: https://github.com/example/oneup.git cannot be read")
    assert "Pulumi.local.yaml (gitops.repository)" in said
    assert "apps/local/stack/stack.yaml" in said
    assert world.did() == []


def test_an_up_that_fails_is_taken_up_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    broken = world.mark("up fails")
    assert world.make(["up"]) == 1
    assert "`pulumi up --config-file` failed with status 255" in capsys.readouterr().err
    assert "kubectl wait" not in verbs(world.did())
    broken.unlink()
    assert world.make(["up"]) == 0
    assert verbs(world.did()) == ["kind export", *UP]


def test_an_init_that_fails_leaves_the_stack_file_as_it_is(world: World) -> None:
    world.mark("init fails")
    assert world.make(["up"]) == 1
    assert (world.checkout / "Pulumi.local.yaml").read_bytes() == (ROOT / "Pulumi.local.yaml").read_bytes()


def test_the_state_of_a_cluster_that_is_gone_is_not_taken_for_a_new_ones(world: World) -> None:
    world.make(["up"])
    (world.folder / "cluster").unlink()
    world.did()
    assert world.make(["up"]) == 0
    assert verbs(world.did()) == ["kind create", *UP[:2], "pulumi stack", *UP[2:]]


def test_somebody_elses_cluster_is_left_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.mark("cluster")
    assert world.make(["up"]) == 1
    assert "of which nothing is known here" in capsys.readouterr().err
    assert world.did() == []


def test_down_destroys_looks_and_deletes(world: World) -> None:
    world.make(["up"])
    world.did()
    assert world.make(["down"]) == 0
    assert verbs(world.did()) == ["kind export", "pulumi destroy", "kind delete"]
    assert not world.home.exists()
    assert not (world.folder / "cluster").exists()


def test_down_is_safe_when_nothing_or_half_of_it_was_made(world: World) -> None:
    assert world.make(["down"]) == 0
    assert world.did() == []
    world.program(world.checkout / "apps" / "shop" / "images.sh", "exit 1")
    assert world.make(["up"]) == 1
    world.did()
    assert world.make(["down"]) == 0
    assert verbs(world.did()) == ["kind delete"]
    assert world.make(["down"]) == 0


def test_a_destroy_that_fails_still_leaves_no_cluster_and_is_no_success(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.make(["up"])
    world.mark("destroy fails")
    world.did()
    assert world.make(["down"]) == 1
    assert verbs(world.did()) == ["kind export", "pulumi destroy", "kind delete"]
    assert "the cluster is deleted, but `pulumi destroy --config-file` failed" in capsys.readouterr().err
    assert not world.home.exists()


def test_what_a_destroy_leaves_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.make(["up"])
    world.mark("leaves")
    assert world.make(["down"]) == 1
    assert "the destroy had left namespace/argocd" in capsys.readouterr().err
    assert verbs(world.did())[-1] == "kind delete"


def test_a_second_preview_must_be_empty(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert world.make(["preview"]) == 1
    assert "`make local` makes it" in capsys.readouterr().err
    world.make(["up"])
    world.did()
    assert world.make(["preview"]) == 0
    (preview,) = world.did()
    assert "--expect-no-changes" in preview
    world.mark("preview fails")
    assert world.make(["preview"]) == 1


def test_another_word_is_answered_with_those_that_there_are(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert world.make(["sideways"]) == 2
    assert capsys.readouterr().err == "local: say one of up, preview, down\n"
