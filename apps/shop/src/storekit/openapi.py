"""The OpenAPI description of a service, made from its operations."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from storekit.operation import Endpoint, Nothing, Parameter
from storekit.problem import Problem

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
Directed: TypeAlias = tuple[type[BaseModel], Literal["validation", "serialization"]]
REFERENCE = "#/components/schemas/{model}"
SECURITY: Mapping[str, dict[str, Json]] = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
}


def describe(title: str, about: str, endpoints: Sequence[Endpoint], scheme: str) -> dict[str, Json]:
    """An OpenAPI 3.1 document. `scheme` is how this service learns who asks: `bearer` or `cookie`."""
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        methods = paths.setdefault(endpoint.path, {})
        assert isinstance(methods, dict)
        methods[endpoint.method.lower()] = _operation(endpoint, scheme)
    components: dict[str, Json] = {"schemas": _schemas(endpoints)}
    if any(endpoint.secured for endpoint in endpoints):
        components["securitySchemes"] = {scheme: SECURITY[scheme]}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": about},
        "paths": paths,
        "components": components,
    }


def problems(endpoint: Endpoint) -> tuple[int, ...]:
    """The statuses that reading the request itself can end with."""
    found = [401] if endpoint.secured else []
    if endpoint.body is not Nothing:
        found += [400, 413, 415]
    if endpoint.body is not Nothing or endpoint.parameters:
        found.append(422)
    return tuple(found)


def _operation(endpoint: Endpoint, scheme: str) -> dict[str, Json]:
    replies = {**dict.fromkeys(problems(endpoint), Problem), **endpoint.replies}
    responses: dict[str, Json] = {
        str(status): _response(status, model) for status, model in sorted(replies.items())
    }
    responses["default"] = _response(500, Problem)
    described: dict[str, Json] = {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "responses": responses,
    }
    if endpoint.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in endpoint.parameters]
    if endpoint.body is not Nothing:
        content: dict[str, Json] = {"application/json": {"schema": _reference(endpoint.body)}}
        described["requestBody"] = {"required": True, "content": content}
    if endpoint.secured:
        described["security"] = [{scheme: []}]
    return described


def _parameter(parameter: Parameter) -> dict[str, Json]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.about,
        "schema": {"type": "string", "pattern": f"^{parameter.pattern}$"},
    }


def _response(status: int, model: type[BaseModel]) -> dict[str, Json]:
    described: dict[str, Json] = {"description": "Success" if status < 400 else "Problem"}
    if model is not Nothing:
        media = "application/problem+json" if model is Problem else "application/json"
        described["content"] = {media: {"schema": _reference(model)}}
    return described


def _reference(model: type[BaseModel]) -> dict[str, Json]:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _schemas(endpoints: Sequence[Endpoint]) -> dict[str, Json]:
    bodies = {endpoint.body for endpoint in endpoints} - {Nothing}
    replies = {model for endpoint in endpoints for model in endpoint.replies.values()} - {Nothing} | {Problem}
    received: list[Directed] = [(model, "validation") for model in _named(bodies)]
    sent: list[Directed] = [(model, "serialization") for model in _named(replies)]
    _, document = models_json_schema([*received, *sent], ref_template=REFERENCE)
    found: dict[str, Json] = document.get("$defs", {})
    return dict(sorted(found.items()))


def _named(models: set[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: model.__name__)
