"""OpenAPI 3.1 from the definitions that a person sees: one path per object and operation."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from queti.server.routing import Route

Json = dict[str, Any]

_DECIMAL: Json = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_FILE: Json = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "integer", "description": "From POST /api/files"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "type": {"type": "string"},
    },
}


def _texts(*names: str, **more: str) -> Json:
    return {"type": "object", "properties": {name: {"type": ["string", "null"], **more} for name in names}}


_SHAPES: dict[str, Json] = {
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "format": "duration"},
    "choices": {"type": "array", "items": {"type": "string"}},
    "json": {},
    "rating": {"type": "integer"},
    "address": _texts("country", "region", "street", "postcode", "name", "phone"),
    "location": _texts("lat", "lng"),
    "date_range": _texts("from", "to", format="date"),
    "encrypted": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"kept": {"const": True}}}]},
    "files": {"type": "array", "items": _FILE},
    **dict.fromkeys(("file", "image", "signature"), _FILE),
}
_LINKS = ("link", "user", "department", "cascade")
_DECIMALS = ("number", "money", "percent", "progress")
_ERROR: Json = {"$ref": "#/components/responses/Problem"}
_LINK: Json = {
    "description": "An id, or a unique field and its value",
    "oneOf": [{"type": "integer"}, {"type": "object", "minProperties": 1, "maxProperties": 1}],
}


def openapi_of(described: Mapping[str, Any], routes: Iterable[Route], *, administers: bool) -> Json:
    """The reference of all that the person with these definitions may call."""
    schemas: Json = {"Problem": _problem()}
    paths: Json = {}
    for name, entry in described["objects"].items():
        schemas[name] = _record(entry, described["objects"])
        if not entry["lines_of"]:
            _add_object(paths, name, entry, described["objects"])
    for name, entry in described["operations"].items():
        paths[f"/api/operations/{name}"] = {"post": _operation(entry)}
    for route in routes:
        if _is_general(route) and (administers or route.guard != "administrator"):
            paths.setdefault(route.template, {})[route.method.lower()] = _general(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Queti", "version": str(described["release"])},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                "Problem": {
                    "description": "Why it was refused",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "queti_session"},
            },
        },
    }


# --- objects ----------------------------------------------------------------------------


def _add_object(paths: Json, name: str, entry: Json, objects: Json) -> None:
    label, may, tags = entry["label"], entry["may"], [name]
    one = {"$ref": f"#/components/schemas/{name}"}
    listed = {"type": "object", "required": ["records"], "properties": {"records": {"type": "array"}}}
    home = f"/api/records/{name}"
    paths[home] = {
        "get": _call(f"List: {label}", tags, 200, _page(), parameters=_LIST_PARAMETERS),
    }
    of_one: Json = {"get": _call(f"Read: {label}", tags, 200, one)}
    if may["create"]:
        row = _input(entry, "may_create", objects)
        body = {"oneOf": [row, {"type": "array", "items": row, "minItems": 1, "maxItems": 1000}]}
        paths[home]["post"] = _call(f"Create: {label}", tags, 201, listed, body=body, writes=True)
    if may["change"]:
        body = _input(entry, "may_change", objects, version=True)
        of_one["patch"] = _call(f"Change: {label}", tags, 200, one, body=body, writes=True)
        row = {**body, "properties": {"id": {"type": "integer"}, **body["properties"]}, "required": ["id", "version"]}
        rows = {"type": "array", "items": row, "minItems": 1, "maxItems": 1000}
        paths[home]["patch"] = _call(f"Change several: {label}", tags, 200, listed, body=rows, writes=True)
    if may["remove"]:
        of_one["delete"] = _call(
            f"Move to the trash: {label}", tags, 200, {"type": "object"}, parameters=[_VERSION], writes=True
        )
    paths[f"{home}/{{id}}"] = {"parameters": [_ID], **of_one}
    for part, told in (("history", "History"), ("acts", "What can be done"), ("timeline", "Timeline")):
        paths[f"{home}/{{id}}/{part}"] = {
            "parameters": [_ID],
            "get": _call(f"{told}: {label}", tags, 200, {"type": "object"}),
        }


def _record(entry: Json, objects: Json) -> Json:
    """A record as it is answered; fields that a row hides are blank."""
    properties: Json = {"id": {"type": "integer"}}
    for field in entry["fields"]:
        properties[field["name"]] = _described(field, _answered(field, objects))
    properties["_labels"] = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
    return {"type": "object", "title": entry["label"], "properties": properties}


def _answered(field: Json, objects: Json) -> Json:
    if field["type"] == "lines":
        child = {"$ref": f"#/components/schemas/{field['of']}"} if field["of"] in objects else {"type": "object"}
        return {"type": "array", "items": child}
    if field["type"] in _LINKS:
        return {"type": ["integer", "null"]}
    if field["name"] in ("id", "version"):
        return {"type": "integer"}
    return _blank(_plain(field))


def _input(entry: Json, may: str, objects: Json, *, version: bool = False) -> Json:
    fields = [field for field in entry["fields"] if field[may]]
    properties = {field["name"]: _described(field, _given(field, objects)) for field in fields}
    if version:
        properties["version"] = {"type": "integer", "description": "The version that was read; a stale one gets 409"}
    shape: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [field["name"] for field in fields if field["required"] and not field.get("default")]
    if version:
        required = ["version"]
    if required:
        shape["required"] = required
    return shape


def _given(field: Json, objects: Json) -> Json:
    if field["type"] == "lines" and field.get("of") in objects:
        child = objects[field["of"]]
        row = _input(child, "may_create", objects)
        row["properties"]["id"] = {"type": "integer"}
        return {"type": "array", "items": row}
    return _blank(_input_shape(field))


# --- operations -------------------------------------------------------------------------


def _operation(entry: Json) -> Json:
    one = _inputs(entry["inputs"])
    body = {"oneOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    answer = {
        "type": "object",
        "required": ["result", "changed"],
        "properties": {
            "result": {},
            "changed": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "object": {"type": "string"},
                        "id": {"type": "integer"},
                        "version": {"type": "integer"},
                    },
                },
            },
        },
    }
    tags = [entry["on"]] if entry["on"] else ["operations"]
    call = _call(entry["label"], tags, 200, answer, body=body, writes=not entry["reads_only"])
    return {**call, "operationId": entry["name"], "description": entry["help"]}


def _inputs(inputs: list[Json]) -> Json:
    properties = {field["name"]: _described(field, _wanted(field)) for field in inputs}
    shape: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [field["name"] for field in inputs if field["required"] and not field.get("default")]
    if required:
        shape["required"] = required
    return shape


def _wanted(field: Json) -> Json:
    shape = _input_shape(field)
    if field.get("many"):
        shape = {"anyOf": [shape, {"type": "array", "items": shape}]}
    return shape if field["required"] else _blank(shape)


def _input_shape(field: Json) -> Json:
    kind = field["type"]
    if kind == "lines":
        return {"type": "array", "items": _inputs(field.get("inner", []))}
    if kind == "group":
        return _inputs(field.get("inner", []))
    if kind in _LINKS:
        return _LINK
    if kind in _DECIMALS:
        return {"oneOf": [_DECIMAL, {"type": "integer"}]}
    return _plain(field)


# --- shapes -----------------------------------------------------------------------------


def _plain(field: Json) -> Json:
    kind = field["type"]
    if kind in _DECIMALS:
        return _DECIMAL
    if kind in ("choice", "tree_choice", "role"):
        return {"type": "string", "enum": [choice["name"] for choice in field["choices"]]}
    shape: Json = dict(_SHAPES.get(kind, {"type": "string"}))
    if shape.get("type") == "string" and field.get("max_length"):
        shape["maxLength"] = field["max_length"]
    return shape


def _blank(shape: Json) -> Json:
    return {"anyOf": [shape, {"type": "null"}]} if shape else {}


def _described(field: Json, shape: Json) -> Json:
    told = {key: field[key] for key in ("help",) if field.get(key)}
    described = {"title": field["label"], **({"description": told["help"]} if told else {})}
    return {**described, **shape}


def _call(
    summary: str,
    tags: list[str],
    status: int,
    answer: Json,
    *,
    body: Json | None = None,
    parameters: list[Json] | None = None,
    writes: bool = False,
) -> Json:
    call: Json = {
        "summary": summary,
        "tags": tags,
        "responses": {
            str(status): {"description": "Done", "content": {"application/json": {"schema": answer}}},
            "default": _ERROR,
        },
    }
    if body is not None:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    asked = [*(parameters or []), *([_IDEMPOTENCY] if writes else [])]
    if asked:
        call["parameters"] = asked
    return call


def _is_general(route: Route) -> bool:
    """Routes that are not already there by object or operation, and that speak JSON."""
    told = {*_TOLD_BY_OBJECT, "/api/operations/{operation}"}
    return route.template.startswith("/api/") and route.template not in told


_RECORDS = "/api/records/{object}"
_TOLD_BY_OBJECT = (_RECORDS, *(f"{_RECORDS}/{{id}}{part}" for part in ("", "/history", "/acts", "/timeline")))


def _general(route: Route) -> Json:
    told = " ".join((inspect.getdoc(route.act) or route.act.__name__.replace("_", " ")).split())
    names = [part[1:-1].partition(":")[0] for part in route.template.split("/") if part.startswith("{")]
    call: Json = {
        "summary": told.split(". ")[0],
        "tags": [route.template.split("/")[2]],
        "responses": {"2XX": {"description": "Done"}, "304": {"description": "As known"}, "default": _ERROR},
    }
    if names:
        call["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in names
        ]
    if route.guard == "open":
        call["security"] = []
    return call


def _page() -> Json:
    count = {
        "type": ["object", "null"],
        "properties": {"value": {"type": "integer"}, "exact": {"type": "boolean"}},
    }
    return {
        "type": "object",
        "required": ["records", "next", "count"],
        "properties": {
            "records": {"type": "array", "items": {"type": "object"}},
            "next": {"type": ["string", "null"]},
            "count": count,
        },
    }


def _problem() -> Json:
    text = {"type": "string"}
    field = {"type": "object", "properties": {"path": text, "code": text, "detail": text}}
    offer = {"type": "object", "properties": {"operation": text, "label": text, "inputs": {"type": "object"}}}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "fields", "offers", "request_id"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "field": {"type": ["string", "null"]},
            "fields": {"type": "array", "items": field},
            "offers": {"type": "array", "items": offer},
            "request_id": text,
        },
    }


def _parameter(name: str, schema: Json, told: str, *, place: str = "query") -> Json:
    return {"name": name, "in": place, "schema": schema, "description": told}


_ID: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
_VERSION = {
    **_parameter("version", {"type": "integer", "minimum": 1}, "The version that was read"),
    "required": True,
}
_IDEMPOTENCY = _parameter(
    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 200}, "Sent twice, done once", place="header"
)
_TEXT: Json = {"type": "string"}
_LIST_PARAMETERS = [
    _parameter("where", _TEXT, 'A formula over the record: `total > 1000 and customer.region = "north"`'),
    _parameter("sort", _TEXT, "Fields, `-` for descending: `-ordered_on,number`"),
    _parameter("fields", _TEXT, "Fields and paths to answer: `number,customer.name,customer._label`"),
    _parameter("search", _TEXT, "Text to find"),
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "Records a page; 50 when not given"),
    _parameter("after", _TEXT, "`next` of the page before"),
    _parameter("count", {"type": "string", "enum": ["true", "false", "all"]}, "`true` counts up to 1,000"),
    _parameter("trash", {"type": "string", "enum": ["true", "false"]}, "The trash instead"),
]
