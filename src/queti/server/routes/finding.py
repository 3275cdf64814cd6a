"""Finding: across all objects for the palette, and for one link."""

from __future__ import annotations

from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route


def search(door: Door, request: Request) -> Answer:
    """Records of any object by what a person types."""
    limit = request.whole("limit", 20, 1, 100)
    text = request.query.get("q", "")
    return door.run(request, lambda work: answer_json({"results": work.as_person.search(text, limit)}), reads_only=True)


def options(door: Door, request: Request) -> Answer:
    """What a link may be set to; `link` names the link's field (`oms.sales_order.customer`), whose filter holds."""
    query = request.query
    limit = request.whole("limit", 20, 1, 200)

    def act(work: Work) -> Answer:
        found = work.as_person.options(
            request.path_values["object"],
            query.get("q", ""),
            query.get("filter", ""),
            limit,
            link=query.get("link", ""),
        )
        return answer_json({"options": found})

    return door.run(request, act, reads_only=True)


ROUTES = [
    Route("GET", "/api/search", search),
    Route("GET", "/api/options/{object}", options),
]
