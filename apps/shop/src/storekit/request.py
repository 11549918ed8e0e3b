"""From Flask's request to a Call: every value is checked against the operation before it runs."""

from collections.abc import Mapping

from flask import Request
from pydantic import BaseModel, ValidationError

from storekit.operation import Call, Customer, Endpoint, Nothing, Parameter
from storekit.problem import Refusal


def parse(
    endpoint: Endpoint, request: Request, arguments: Mapping[str, str], who: Customer | None
) -> Call[BaseModel]:
    """The checked request, or a Refusal that says what is wrong with it."""
    parameters = dict(_parameters(endpoint, request, arguments))
    body = Nothing() if endpoint.body is Nothing else _body(endpoint.body, request)
    return Call(body, parameters, who)


def _parameters(endpoint: Endpoint, request: Request, arguments: Mapping[str, str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for parameter in endpoint.parameters:
        value = _value(parameter, request, arguments)
        if value is None and parameter.required:
            raise Refusal(422, "invalid", f"the {parameter.place} parameter {parameter.name} is missing")
        if value is not None and not parameter.accepts(value):
            # A cookie is not of the visitor's making: one that we cannot use must not lock them out.
            if parameter.place == "cookie":
                continue
            raise Refusal(422, "invalid", f"{parameter.name} does not match {parameter.pattern}")
        if value is not None:
            found.append((parameter.name, value))
    return found


def _value(parameter: Parameter, request: Request, arguments: Mapping[str, str]) -> str | None:
    match parameter.place:
        case "path":
            return arguments.get(parameter.name)
        case "query":
            return request.args.get(parameter.name)
        case "header":
            return request.headers.get(parameter.name)
        case "cookie":
            return request.cookies.get(parameter.name)


def _body(model: type[BaseModel], request: Request) -> BaseModel:
    # A form or a text/plain body could be sent across origins without a preflight: only JSON is read.
    if request.mimetype != "application/json":
        raise Refusal(415, "unsupported_media_type", "the body must be application/json")
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        raise Refusal(400, "malformed", "the body is not JSON")
    where = ".".join(str(step) for step in first["loc"]) or "body"
    raise Refusal(422, "invalid", f"{where}: {first['msg']}")
