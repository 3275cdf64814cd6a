"""Duplicates, uniting and parting records, bulk changes, old values again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from queti.engines.upkeep import bulk, duplicates, earlier, uniting
from queti.kernel.errors import RecordNotFound
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.problems import document, status_of
from queti.server.routes.records import place_of, version_of
from queti.server.routing import Route


def find_duplicates(door: Door, request: Request) -> Answer:
    """`by`: the fields whose values are compared, with commas between."""
    object = request.path_values["object"]
    by = [name.strip() for name in request.query.get("by", "").split(",") if name.strip()]
    if not by:
        raise wrong("by", "required", "Name the fields to compare.", "请指定要比较的字段。")
    limit = request.whole("limit", 50, 1, duplicates.MOST_GROUPS)
    return door.run(
        request, lambda work: answer_json(duplicates.find_duplicates(work, object, by, limit=limit)), reads_only=True
    )


def preview_union(door: Door, request: Request) -> Answer:
    object, (keep, others, take, _) = request.path_values["object"], _union(request)
    return door.run(
        request, lambda work: answer_json(uniting.preview_union(work, object, keep, others, take)), reads_only=True
    )


def unite(door: Door, request: Request) -> Answer:
    """`{keep, others: [id], take: {field: id}, versions: {id: version}}`."""
    object, (keep, others, take, versions) = request.path_values["object"], _union(request)
    return write_once(door, request, lambda work: (200, uniting.unite(work, object, keep, others, take, versions)))


def part(door: Door, request: Request) -> Answer:
    object, text = request.path_values["object"], request.path_values["union"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(what={"en": "union", "zh": "合并记录"}, id=text)
    return write_once(door, request, lambda work: (200, uniting.part(work, object, int(text))))


def list_unions(door: Door, request: Request) -> Answer:
    object, id = place_of(request)
    return door.run(request, lambda work: answer_json({"unions": uniting.unions_of(work, object, id)}), reads_only=True)


def try_bulk(door: Door, request: Request) -> Answer:
    """`{values, ids | where, search}`: what the change would do, and what stands in its way."""
    object, given = request.path_values["object"], request.json_object()
    values, ids, where = _values(given), _ids(given.get("ids", []), "ids"), given.get("where", "")
    search = given.get("search", "")
    if not isinstance(where, str) or not isinstance(search, str) or not (ids or where.strip() or search.strip()):
        raise wrong("where", "required", "Give ids, or a filter.", "请提供 ids 或筛选条件。")

    def act(work: Work) -> Answer:
        tried = bulk.try_bulk(work, object, values, ids=ids, where=where, search=search)
        problem = tried["problem"]
        told = document(problem, status_of(problem, request.path_values), request) if problem else None
        return answer_json({**tried, "problem": told, "versions": {str(id): v for id, v in tried["versions"].items()}})

    return door.run(request, act)


def change_many(door: Door, request: Request) -> Answer:
    """`{values, versions: {id: version}}`, as tried; all or nothing."""
    object, given = request.path_values["object"], request.json_object()
    values, versions = _values(given), _versions(given.get("versions"))
    if not versions:
        raise wrong("versions", "required", "The versions that the preview answered.", "请提供预览返回的版本号。")

    def act(work: Work) -> Written:
        return 200, bulk.change_many(work, object, values, versions)

    return write_once(door, request, act)


def undo_many(door: Door, request: Request) -> Answer:
    """`{work, ids}`: a bulk change as it was answered; records changed since stay as they are."""
    object, given = request.path_values["object"], request.json_object()
    ids = _ids(given.get("ids"), "ids")
    try:
        made = UUID(str(given.get("work")))
    except ValueError as error:
        raise wrong("work", "wrong_type", "As the bulk change answered it.", "应为批量修改返回的标识。") from error
    return write_once(door, request, lambda work: (200, bulk.undo_many(work, object, made, ids)))


def trash_many(door: Door, request: Request) -> Answer:
    """`{versions: {id: version}}` as they were read: all or none."""
    object, versions = request.path_values["object"], _versions(request.json_object().get("versions"))
    if not versions:
        raise wrong("versions", "required", "The versions that were read.", "请提供读取时的版本号。")
    return write_once(door, request, lambda work: (200, {"trashed": bulk.trash_many(work, object, versions)}))


def restore_many(door: Door, request: Request) -> Answer:
    """`{ids}`: back from the trash, all or none."""
    object, ids = request.path_values["object"], _ids(request.json_object().get("ids"), "ids")
    return write_once(door, request, lambda work: (200, {"restored": bulk.restore_many(work, object, ids)}))


def bring_back(door: Door, request: Request) -> Answer:
    """`{version, fields: [name]}`: the values before that entry of the history, written again."""
    object, id = place_of(request)
    given, entry = request.json_object(), request.path_values["entry"]
    version, fields = version_of(given.get("version")), given.get("fields", [])
    if not (entry.isascii() and entry.isdigit() and len(entry) < 19):
        raise RecordNotFound(what={"en": "entry of the history", "zh": "历史记录"}, id=entry)
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise wrong("fields", "wrong_type", "A list of fields.", "应为字段列表。")
    return write_once(
        door, request, lambda work: (200, earlier.bring_back(work, object, id, int(entry), version, fields))
    )


def _union(request: Request) -> tuple[int, list[int], dict[str, int], dict[int, int]]:
    given = request.json_object()
    keep, take = given.get("keep"), given.get("take", {})
    if type(keep) is not int:
        raise wrong("keep", "required", "The id of the record that stays.", "请提供要保留的记录 id。")
    if not isinstance(take, dict) or not all(type(id) is int for id in take.values()):
        raise wrong("take", "wrong_type", "Field → id of the record whose value is taken.", "应为“字段 → 记录 id”。")
    return keep, _ids(given.get("others"), "others"), take, _versions(given.get("versions"))


def _ids(given: Any, path: str) -> list[int]:
    if not isinstance(given, list) or not all(type(id) is int for id in given):
        raise wrong(path, "wrong_type", "A list of ids.", "应为 id 列表。")
    return given


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = given.get("values")
    if not isinstance(values, dict) or not values:
        raise wrong("values", "required", "The fields to change, with their values.", "请提供要修改的字段及其值。")
    return values


def _versions(given: Any) -> dict[int, int]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(
        id.isascii() and id.isdigit() and len(id) < 19 and type(version) is int for id, version in given.items()
    ):
        raise wrong("versions", "wrong_type", "Id → version.", "应为“id → 版本号”。")
    return {int(id): version for id, version in given.items()}


ROUTES = [
    Route("GET", "/api/duplicates/{object}", find_duplicates),
    Route("POST", "/api/unions/{object}", unite),
    Route("POST", "/api/unions/{object}/preview", preview_union),
    Route("POST", "/api/unions/{object}/{union}/part", part),
    Route("GET", "/api/records/{object}/{id}/unions", list_unions),
    Route("POST", "/api/bulk/{object}", change_many, kind="long"),
    Route("POST", "/api/bulk/{object}/preview", try_bulk, kind="long"),
    Route("POST", "/api/bulk/{object}/undo", undo_many, kind="long"),
    Route("POST", "/api/bulk/{object}/trash", trash_many, kind="long"),
    Route("POST", "/api/bulk/{object}/restore", restore_many, kind="long"),
    Route("POST", "/api/records/{object}/{id}/history/{entry}/bring_back", bring_back),
]
