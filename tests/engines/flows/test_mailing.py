"""Mail by steps, mail about tasks, and prints that are kept with their record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from queti.engines.discussion.comments import comment_file, files_of
from tests.engines.flows.conftest import Company
from tests.engines.flows.world import calls, change, created, everything_in, goes_out, has_post
from tests.engines.flows.world import post as post
from tests.fixtures.peers import Post

Found = Callable[..., Company]


def by_mail(place: Company, *people: str) -> None:
    """The company mails tasks, and these have addresses."""

    def act(work: Any) -> None:
        [company] = work.find("base.company")
        work.change("base.company", [(company, {"mails_tasks": True})])
        work.change("base.user", [(place.ids[each], {"email": f"{each}@harbour.example"}) for each in people])

    place.run(act)


def test_a_mail_goes_to_people_and_to_an_address_of_the_record(
    company: Found, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUETI_PUBLIC_URL", "https://q.example/")
    mail = {
        "kind": "mail", "who": {"them": {"by": "user", "users": ["ann", "bob"]}}, "address": 'note & "@peer.example"',
        "subject": {"en": "About {name}"}, "text": {"en": "{name} costs {amount}.\n你好"},
    }  # fmt: skip
    place = company(tell=created(("tell", mail), ("state", {"kind": "change", "set": {"state": '"told"'}})))
    place.run(lambda work: work.change("base.user", [(place.ids["ann"], {"email": "ann@harbour.example"})]))
    has_post(place, post, login="flows", password="p4ss-word")
    chair = place.request(note="kim", amount="5")
    place.works()
    goes_out(place)
    [(to, mail_)] = post.mails
    assert to == ["ann@harbour.example", "kim@peer.example"]
    assert (mail_["subject"], mail_["to"]) == ("About A chair", "undisclosed-recipients:;")
    text = mail_.get_content().replace("\r\n", "\n")
    assert "A chair costs 5.00.\n你好" in text
    assert f"https://q.example/own/request/{chair}" in text
    assert place.read(chair).state == "told"
    assert len(post.logins) == 1
    assert "p4ss-word" not in everything_in(place)


def test_a_mail_server_that_is_busy_is_asked_again_one_that_refuses_is_not(company: Found, post: Post) -> None:
    mail = {"kind": "mail", "address": "note", "subject": {"en": "Hello"}, "text": {"en": "Hello"}}
    place = company(
        tell=created(
            ("tell", mail),
        )
    )
    has_post(place, post)
    post.refuses = {"late@peer.example": "451 come back", "gone@peer.example": "550 unknown"}
    place.request(note="late@peer.example")
    place.request(note="gone@peer.example")
    place.works()
    goes_out(place)
    assert [row.state for row in place.instances()] == ["running", "failed"]
    assert "550 unknown" in place.instances()[1].problem
    post.refuses = {}
    goes_out(place, 1.1)
    assert [to for to, _ in post.mails] == [["late@peer.example"]]
    assert place.instances()[0].state == "approved"


def test_without_a_mail_server_the_step_says_who_sets_one(company: Found) -> None:
    mail = {"kind": "mail", "address": '"a@b.example"', "subject": {"en": "Hello"}, "text": {"en": "Hello"}}
    place = company(
        tell=created(
            ("tell", mail),
        )
    )
    place.request()
    place.works()
    goes_out(place)
    assert "邮件服务器" in place.instances()[0].problem


def test_a_print_is_kept_with_its_record(company: Found) -> None:
    place = company(paper=created(("paper", {"kind": "print", "print": "own.slip"}), ("note", change('"printed"'))))
    chair = place.request(name="A 椅子 chair", amount="5")
    place.works()
    goes_out(place)
    assert place.read(chair).note == "printed"
    [kept] = place.run(lambda work: files_of(work, "own.request", chair), "boss")
    assert (kept["name"], kept["type"]) == ("领料单 A 椅子 chair.pdf", "application/pdf")
    found = place.run(lambda work: comment_file(work, kept["comment"], kept["file"]), "boss")
    content = b"".join(place.platform.files.read(place.workspace.schema, found.digest))
    assert (content[:5], len(content)) == (b"%PDF-", kept["size"])


def test_who_is_asked_gets_a_mail_with_a_link_when_it_is_their_turn(
    company: Found, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUETI_PUBLIC_URL", "https://q.example")
    in_turn = {"kind": "approve", "mode": "in_turn", "label": {"en": "Check"}}
    place = company(check={"steps": {"turn": {**in_turn, "who": {"them": {"by": "user", "users": ["ann", "bob"]}}}}})
    by_mail(place, "ann", "bob")
    place.run(lambda work: work.change("base.user", [(place.ids["ann"], {"language": "en"})]))
    has_post(place, post)
    place.submit(place.request())
    task = place.task("ann")
    goes_out(place)
    assert [to for to, _ in post.mails] == [["ann@harbour.example"]]
    mail = post.mails[0][1]
    assert mail["subject"] == "Check: A chair"
    assert f"https://q.example/work/{task}" in mail.get_content()
    place.does("ann", "approve", task)
    goes_out(place)
    assert [to for to, _ in post.mails][1:] == [["bob@harbour.example"]]
    assert post.mails[1][1]["subject"] == "Check：A chair"


def test_a_person_or_the_company_may_want_no_mail(company: Found, post: Post) -> None:
    place = company(
        check={"steps": {"any": {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann", "bob"]}}}}}
    )
    has_post(place, post)
    place.submit(place.request())
    assert calls(place) == []
    by_mail(place, "ann", "bob")
    place.run(lambda work: work.change("base.user", [(place.ids["ann"], {"task_mail": "off"})]))
    place.submit(place.request())
    goes_out(place)
    assert [to for to, _ in post.mails] == [["bob@harbour.example"]]


def test_a_task_is_there_though_its_mail_can_not_be_sent(company: Found) -> None:
    place = company(check={"steps": {"ann": {"kind": "approve", "who": {"them": {"by": "user", "users": ["ann"]}}}}})
    by_mail(place, "ann")
    place.submit(place.request())
    goes_out(place)
    assert [row.state for row in calls(place)] == ["failed"]
    place.does("ann", "approve", place.task("ann"))
    assert place.instances()[0].state == "approved"
