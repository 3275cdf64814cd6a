"""What is wrong with a step that goes outside is told before it is published, with the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.kernel.publishing.findings import DefinitionsWrong
from tests.engines.flows.conftest import Company

URL = "https://peer.example/score"
STEPS: dict[str, dict[str, Any]] = {
    "no_url": {"kind": "http"},
    "data_chooses_host": {"kind": "http", "url": "https://{name}.example/"},
    "signed_in_url": {"kind": "http", "url": "https://me:pass@peer.example/"},
    "not_http": {"kind": "http", "url": "file:///etc/passwd"},
    "unknown_place": {"kind": "http", "url": f"{URL}/{{nmae}}"},
    "unknown_body": {"kind": "http", "url": URL, "body": {"a": "amonut"}},
    "get_with_body": {"kind": "http", "url": URL, "method": "GET", "body": {"a": "amount"}},
    "our_header": {"kind": "http", "url": URL, "headers": {"Host": "elsewhere"}},
    "too_often": {"kind": "http", "url": URL, "tries": 100},
    "too_long": {"kind": "http", "url": URL, "seconds": 600},
    "takes_nothing": {"kind": "http", "url": URL, "takes": {"score": {"at": ""}}},
    "unsigned": {"kind": "webhook", "url": URL},
    "to_nobody": {"kind": "mail", "subject": {"en": "A"}, "text": {"en": "B"}},
    "empty": {"kind": "mail", "address": "note"},
    "wrong_words": {"kind": "mail", "address": "note", "subject": {"en": "{nmae}"}, "text": {"en": "B"}},
    "no_print": {"kind": "print", "print": "own.nothing"},
    "note": {"kind": "http", "url": URL},
    "early": {"kind": "change", "set": {"note": "no_url.score"}},
}
WRONG = {
    "no_url.url", "data_chooses_host.url", "signed_in_url.url", "not_http.url", "unknown_place.url",
    "unknown_body.body.a", "get_with_body.body", "our_header.headers.Host", "too_often.tries", "too_long.seconds",
    "takes_nothing.takes.score.at", "unsigned.secret", "to_nobody.who", "empty.subject", "empty.text",
    "wrong_words.subject.en", "no_print.print", "note", "early.set.note",
}  # fmt: skip


def test_each_mistake_is_named_by_its_place(company: Callable[..., Company]) -> None:
    start = {"on": "webhook", "takes": {"n": {"at": "n"}}, "when": "name = this.start.m"}
    with pytest.raises(DefinitionsWrong) as wrong:
        company(
            bad={"start": start, "steps": STEPS},
            loose={"start": {"on": "webhook", "secret": "a"}, "steps": {"a": {"kind": "end"}}},
        )
    found = {(each.name, each.place.removeprefix("steps.")) for each in wrong.value.findings}
    assert {place for name, place in found if name == "own.bad"} == {*WRONG, "start.secret", "start.when"}
    assert {place for name, place in found if name == "own.loose"} == {"start.when"}
    assert all(each.zh != each.en for each in wrong.value.findings)


def test_to_whom_a_step_opens_the_record_and_what_stays_hidden_is_told(company: Callable[..., Company]) -> None:
    place = company()
    steps = {
        "blind": {"kind": "approve", "who": {"them": {"by": "role", "role": "warehouse"}}, "fields": {"note": "hide"}},
        "sighted": {"kind": "approve", "who": {"them": {"by": "role", "role": "staff"}}, "fields": {"note": "hide"}},
        "nameless": {"kind": "copy", "who": {"them": {"by": "submitter"}}, "fields": {"name": "hide"}},
    }
    found = place.found(place.draft(flow__ask={"object": "own.request", "steps": steps}))
    assert {each.place: each.en for each in found if each.name == "own.ask"} == {
        "steps.blind.who.them":
            "“Warehouse” may not see “own.request”: who is asked sees the one record, all of it but “note”.",
        "steps.sighted.who.them": "“staff” sees “note” anyway: the role shows it.",
        "steps.nameless.fields.name": "A task is called by its record's title, so that can't be hidden.",
    }  # fmt: skip
