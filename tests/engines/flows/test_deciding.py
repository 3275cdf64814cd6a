"""Deciding: proved by password or signature, prepared as a draft, many with one reason, ten people at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from queti.apps.flow.refusals import OthersWereFaster, PasswordNeeded, SignatureNeeded, WrongChoice, WrongPeople
from queti.engines.flows.about import about_instance
from queti.engines.flows.refusals import AlreadyAsked, NotRunning, NotYourTask
from queti.kernel.files import note
from tests.engines.flows.conftest import Company
from tests.engines.flows.test_company import approve

Found = Callable[..., Company]


def told_task(place: Company, who: str, instance: int) -> dict[str, Any]:
    told = place.run(lambda work: about_instance(work, instance), who)
    return next(task for task in told["tasks"] if task["assignee"] == place.ids[who])


def acts(place: Company, instance: int, act: str) -> list[Any]:
    rows = place.run(lambda work: work.find("flow.act", "instance = $id", {"id": instance}, sort="id"))
    return [row for row in rows if row.act == act]


def test_a_step_asks_for_the_password(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann", confirm="password")}})
    instance = place.submit(place.request())
    task = place.task("ann")
    assert told_task(place, "ann", instance)["confirm"] == "password"
    with pytest.raises(PasswordNeeded):
        place.does("ann", "approve", task)

    def confirmed(work: Any) -> None:
        work.is_confirmed = True
        work.as_person.perform("flow.approve", {"task": task})

    place.run(confirmed, "ann")
    [approved] = acts(place, instance, "approved")
    assert (place.instances()[0].state, approved.detail) == ("approved", "password")


def test_a_step_asks_for_a_signature_that_is_kept_with_the_act(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann", confirm="signature")}})
    instance = place.submit(place.request())
    with pytest.raises(SignatureNeeded):
        place.does("ann", "approve", place.task("ann"))
    drawn = place.run(lambda work: note(work, "a" * 64, 10, "signature.png", "image/png"), "ann")
    place.does("ann", "approve", place.task("ann"), signature={"file": drawn["file"]})
    [approved] = acts(place, instance, "approved")
    assert approved.signature["name"] == "signature.png"
    told = place.run(lambda work: about_instance(work, instance), "sam")
    assert [act["signature"]["file"] for act in told["acts"] if act["act"] == "approved"] == [drawn["file"]]


def test_a_draft_is_kept_for_who_wrote_it_and_goes_with_the_decision(company: Found) -> None:
    place = company(check={"steps": {"both": approve("ann", "bob", mode="all_of", fields={"note": "change"})}})
    instance = place.submit(place.request())
    task = place.task("ann")
    with pytest.raises(NotYourTask):
        place.does("bob", "save_draft", task, reason="x")
    place.does("ann", "save_draft", task, reason="almost", values={"note": "blue"})
    assert told_task(place, "ann", instance)["draft"] == {"reason": "almost", "values": {"note": "blue"}}
    for other in ("bob", "sam", "boss"):
        told = place.run(lambda work: about_instance(work, instance), other)
        assert not any("draft" in each for each in told["tasks"])
    place.does("ann", "approve", task, reason="yes")
    assert place.read(task, "flow.task").draft is None


def test_who_is_mentioned_gets_the_comment_and_sees_the_instance(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    paper = place.run(lambda work: note(work, "b" * 64, 10, "offer.pdf", "application/pdf"), "sam")
    place.does("sam", "comment", instance=instance, text="Cat, look", files=[{"file": paper["file"]}],
               mentions=[place.ids["cat"]])  # fmt: skip
    [message] = place.tasks("cat")
    assert (message.kind, message.text, message.step_zh) == ("message", "Cat, look", "评论中提到了您")
    assert told_task(place, "cat", instance)["label"]["en"] == "You are mentioned"
    [said] = acts(place, instance, "commented")
    assert (said.reason, [file["name"] for file in said.files]) == ("Cat, look", ["offer.pdf"])
    assert place.run(lambda work: about_instance(work, instance), "cat")["instances"]
    place.does("cat", "read", message.id)
    assert place.tasks("cat") == []


def test_many_are_decided_and_each_that_is_not_says_why(company: Found) -> None:
    place = company(
        check={"steps": {"one": approve("ann")}}, sign={"steps": {"two": approve("ann", confirm="signature")}}
    )
    first, second = place.submit(place.request()), place.submit(place.request())
    place.submit(place.request(), "own.sign")
    tasks = [task.id for task in place.tasks("ann")][::-1]
    place.does("ann", "approve", tasks[0])
    told = place.does("ann", "decide_many", tasks, decision="reject", reason="not this year")
    assert [each["done"] for each in told] == [False, True, False]
    assert "signature" in told[2]["problem"]
    assert [place.read(each, "flow.instance").state for each in (first, second)] == ["approved", "rejected"]
    silent = place.does("ann", "decide_many", [tasks[2]], decision="reject")
    assert "reason" in silent["problem"]


def test_ten_approve_at_once_one_wins_nine_are_told_who_was_faster(company: Found) -> None:
    ten = ("ann", "bob", "cat", "dan", "boss", "eve", "fay", "gus", "hal", "ida")
    place = company(check={"steps": {"any": approve(*ten)}})
    instance = place.submit(place.request())
    tasks = {who: place.task(who) for who in ten}

    def try_it(who: str) -> str:
        try:
            place.does(who, "approve", tasks[who])
        except OthersWereFaster as problem:
            return problem.says("en")
        return who

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(try_it, ten))
    [winner] = [each for each in outcomes if each in ten]
    told = [each for each in outcomes if each not in ten]
    assert len(told) == 9
    assert all(each.startswith(f"{winner.title()} was faster: approved at ") for each in told)
    assert place.trail(instance).count("approved any") == 1


def test_what_was_withdrawn_meanwhile_is_told(company: Found) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    task = place.task("ann")
    place.does("sam", "withdraw", instance=instance)
    with pytest.raises(OthersWereFaster, match="Sam was faster: withdrawn"):
        place.does("ann", "approve", task)
    with pytest.raises(NotRunning) as problem:
        place.does("sam", "cancel", instance=instance)
    assert problem.value.says("zh") == "该流程实例已结束：已撤回。"


def test_who_is_asked_already_is_told_by_name(company: Found) -> None:
    place = company(check={"steps": {"both": approve("ann", "bob", mode="all_of")}})
    place.submit(place.request())
    with pytest.raises(AlreadyAsked, match="Bob is asked at this step already"):
        place.does("ann", "hand_over", place.task("ann"), to=place.ids["bob"])


@pytest.mark.parametrize("chosen", [{"two": "cat"}, {"two": [None]}, ["two"], {"two": 1}])
def test_who_is_chosen_wrongly_leaves_the_instance_readable(company: Found, chosen: Any) -> None:
    place = company(check={"steps": {"one": approve("ann", order=1), "two": approve("bob", order=2)}})
    with pytest.raises(WrongChoice):
        place.submit(place.request(), chosen=chosen)
    place.submit(place.request())
    with pytest.raises(WrongChoice):
        place.does("ann", "approve", place.task("ann"), chosen=chosen)
    place.does("ann", "approve", place.task("ann"))
    place.does("bob", "approve", place.task("bob"))
    assert place.instances()[0].state == "approved"


def test_an_approver_names_nobody_in_the_submitters_place(company: Found) -> None:
    last = {"kind": "approve", "order": 2, "who": {"them": {"by": "chosen"}}}
    place = company(check={"steps": {"one": approve("ann", order=1), "two": last}})
    place.submit(place.request(), chosen={"two": [place.ids["bob"]]})
    with pytest.raises(WrongChoice):
        place.does("ann", "approve", place.task("ann"), chosen={"two": [place.ids["ann"]]})
    place.does("ann", "approve", place.task("ann"))
    place.does("bob", "approve", place.task("bob"))
    assert place.instances()[0].state == "approved"


@pytest.mark.parametrize("people", ["cat", [[1]], [None], 7])
def test_people_are_given_by_their_ids(company: Found, people: Any) -> None:
    place = company(check={"steps": {"one": approve("ann")}})
    instance = place.submit(place.request())
    with pytest.raises(WrongPeople):
        place.does("ann", "add_approver", place.task("ann"), people=people)
    with pytest.raises(WrongPeople):
        place.does("sam", "comment", instance=instance, text="Look", mentions=people)
    place.does("ann", "approve", place.task("ann"))
    assert place.instances()[0].state == "approved"


def test_an_approver_names_who_decides_next(company: Found) -> None:
    last = {"kind": "approve", "order": 2, "who": {"them": {"by": "step_chosen"}}}
    place = company(check={"steps": {"one": approve("ann", order=1), "two": last}})
    place.submit(place.request())
    place.does("ann", "approve", place.task("ann"), chosen={"two": [place.ids["bob"]]})
    place.does("bob", "approve", place.task("bob", "two"))
    assert place.instances()[0].state == "approved"
