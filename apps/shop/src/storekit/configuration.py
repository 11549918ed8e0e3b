"""Configuration by environment variables, checked before anything starts."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "SHOP_"


class Part(BaseModel):
    """A group of settings. The field `host` of the group `database` is SHOP_DATABASE_HOST."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ServiceSettings(Part):
    """What every service can be told."""

    bind: str = Field("0.0.0.0", description="the address to listen on")
    port: int = Field(8080, ge=1, le=65535, description="the port to listen on")
    threads: int = Field(16, ge=1, le=256, description="how many requests are served at once")
    drain_seconds: int = Field(20, ge=1, description="how long a stopping process may finish its requests")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="the least level")


class ConfigurationError(Exception):
    """The environment does not describe a service that can run; each line names a variable and the fix."""


Settings = TypeVar("Settings", bound=Part)


def read(model: type[Settings], environ: Mapping[str, str]) -> Settings:
    """Read `model` from the environment, or raise ConfigurationError with every mistake at once."""
    try:
        return model.model_validate(_values(model, PREFIX, environ), strict=False)
    except ValidationError as invalid:
        lines = [_sentence(model, error["loc"], error["type"], error["msg"]) for error in invalid.errors()]
        raise ConfigurationError("\n".join(lines)) from None


def variables(model: type[Part], prefix: str = PREFIX) -> Iterator[tuple[str, str, bool]]:
    """Every variable that `model` reads: its name, what it means, whether it must be set."""
    for name, field in model.model_fields.items():
        part = _part(field.annotation)
        if part is not None:
            yield from variables(part, f"{prefix}{name.upper()}_")
        else:
            yield prefix + name.upper(), field.description or "", field.is_required()


def _values(model: type[Part], prefix: str, environ: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        part = _part(field.annotation)
        if part is not None:
            values[name] = _values(part, variable + "_", environ)
        elif variable in environ:
            values[name] = environ[variable]
    return values


def _part(annotation: object) -> type[Part] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Part) else None


def _sentence(model: type[Part], where: tuple[int | str, ...], kind: str, message: str) -> str:
    variable = PREFIX + "_".join(str(step) for step in where).upper()
    meaning = {name: about for name, about, _ in variables(model)}.get(variable, "")
    if kind == "missing":
        return f"{variable} is not set: {meaning}"
    return f"{variable} ({meaning}): {message}"
