"""The API's description, made from the same table that serves it."""

import re
from typing import Any

from pydantic.json_schema import models_json_schema

from backend.api.route import PREFIX, Route
from backend.api.routes import ROUTES
from backend.api.schemas import Nothing

_REF = "#/components/schemas/{model}"
_PATH_WORD = re.compile(r"{(\w+)}")


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    bodies = sorted({route.body for route in ROUTES if route.body is not Nothing}, key=lambda body: body.__name__)
    _, made = models_json_schema([(body, "validation") for body in bodies], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "和为贵后台接口", "version": "1"},
        "paths": paths,
        "security": [{"token": []}],
        "components": {
            "schemas": {**made.get("$defs", {}), "Answer": _ANSWER, "Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "parameters": _parameters(route),
        "responses": {"200": _response("办成了，或查到了", "Answer"), "default": _response("没办成", "Error")},
    }
    if route.body is not Nothing:
        schema = {"$ref": _REF.format(model=route.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _operation_id(route: Route) -> str:
    words = [word for word in re.split(r"[/{}]+", route.path) if word]
    return "_".join([route.method.lower(), *words])


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [_parameter(name, "path") for name in _PATH_WORD.findall(route.path)]
    if route.personal:
        found.append(_parameter("X-Openid", "header"))
    if route.keyed:
        found.append(_parameter("Idempotency-Key", "header"))
    return found


def _parameter(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": {"type": "string"}}


def _response(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {"outcome": {"type": "string"}},
    "additionalProperties": True,
}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "code"],
    "properties": {"error": {"type": "string"}, "code": {"type": "string"}},
    "additionalProperties": True,
}
