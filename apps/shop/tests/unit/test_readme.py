import re

from prometheus_client import REGISTRY

from running.shop import ROOT, SOURCE
from storekit.catalogue import NAMES, load
from storekit.configuration import PREFIX, variables
from storekit.provision import Provision

README = (ROOT / "README.md").read_text()


def test_the_readme_names_every_variable_and_no_other() -> None:
    read = {name for service in NAMES for name, _, _ in variables(load(service).settings)}
    read |= {name for name, _, _ in variables(Provision)} | {"SHOP_SERVICE"}
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+[A-Z]\b", README)) - {"SHOP_PICTURES"}
    assert named == read


def test_the_readme_names_every_command() -> None:
    for service in NAMES:
        for command in load(service).commands:
            assert re.search(rf"^\| `{command}` \([^)]*{service}", README, re.MULTILINE), (service, command)


def test_the_readme_names_every_metric_with_its_labels() -> None:
    for service in NAMES:
        load(service)
    named = re.findall(r"`(shop_\w+?)(?:\{([\w,]+)\})?`", README)
    found = {name.removesuffix("_total"): labels for name, labels in named}
    registered = REGISTRY.collect()
    ours = {metric.name for metric in registered if metric.name.startswith("shop_")}
    assert ours <= found.keys()
    for metric in registered:
        for sample in metric.samples:
            if metric.name in ours and not sample.name.endswith(("_created", "_bucket")):
                assert set(sample.labels) == {label for label in found[metric.name].split(",") if label}


def test_every_folder_of_the_source_is_explained() -> None:
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert {name for name in folders if f"`{name}`" not in README.replace("`src/", "`")} == set()
