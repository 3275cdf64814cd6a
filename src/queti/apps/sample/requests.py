"""What the people of the sample company have asked for in its last days: some of it decided, some waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from queti.apps.sample.company import Company
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.work import Work

LEAVE, CLAIM = "people.leave_request", "people.expense_claim"
REQUEST, SUPPLIER, CONTRACT = "purchase.purchase_request", "purchase.supplier_application", "crm.contract"
TITLES = {
    "owner": "General manager 总经理",
    "mei": "Head of sales 销售经理",
    "jun": "Team lead 销售组长",
    "lin": "Head of orders 订单主管",
    "tomas": "Head of warehouse 仓库主管",
    "ada": "Head of accounts 财务主管",
    "pia": "Buyer 采购员",
}


def tell_requests(platform: Platform, workspace: str, company: Company, now: datetime) -> None:
    """Five kinds of requests, so that nobody's work list is empty on the first day."""
    desk = Desk(platform, workspace, company, now)
    platform.run(workspace, SYSTEM, desk.hire, now=now)
    desk.ask_for_leave()
    desk.claim_expenses()
    desk.ask_for_goods()
    desk.propose_supplier()
    desk.lay_contract_before()


class Desk:
    def __init__(self, platform: Platform, workspace: str, company: Company, now: datetime) -> None:
        self.platform, self.workspace, self.company, self.now = platform, workspace, company, now

    def as_(self, login: str, days_ago: int, act: Callable[[Work], Any]) -> Any:
        moment = self.now - timedelta(days=days_ago)
        return self.platform.run(self.workspace, self.company.people[login], act, now=moment)

    def submit(self, login: str, days_ago: int, flow: str, object: str, **values: Any) -> None:
        def act(work: Work) -> None:
            [made] = work.create(object, [values])
            work.perform("flow.submit", {"flow": flow, "record": made.id})

        self.as_(login, days_ago, act)

    def decide(self, login: str, days_ago: int, operation: str, reason: str | None = None) -> None:
        """What waits for this person longest."""

        def act(work: Work) -> None:
            mine = work.find("flow.task", "waits_for = me", sort="id", limit=1)
            work.perform(f"flow.{operation}", {"task": mine[0].id, "reason": reason})

        self.as_(login, days_ago, act)

    def hire(self, work: Work) -> None:
        people = work.find("base.user", fields=("id", "login", "name", "email", "department"), sort="id")
        work.create(
            "people.employee",
            [
                {
                    "name": person.name,
                    "account": person.id,
                    "job_title": TITLES.get(person.login),
                    "department": person.department,
                    "hired_on": work.today - timedelta(days=400 + 90 * place),
                    "email": person.email,
                }
                for place, person in enumerate(people)
            ],
        )

    def ask_for_leave(self) -> None:
        day, people = self.now.date(), self.company.people
        asked = {"kind": "yearly", "from_on": day + timedelta(days=14), "until_on": day + timedelta(days=16), "days": 3}
        self.submit("sofia", 6, "people.leave", LEAVE, reason="Family visit", **asked)
        self.decide("jun", 5, "approve")
        long = {"kind": "yearly", "from_on": day + timedelta(days=30), "until_on": day + timedelta(days=41), "days": 8}
        self.submit("kai", 2, "people.leave", LEAVE, reason="回老家", stands_in=people["mei"].user, **long)
        sick = {"kind": "sick", "from_on": day, "until_on": day, "days": 1}
        self.submit("bo", 0, "people.leave", LEAVE, reason="发烧", **sick)

    def claim_expenses(self) -> None:
        day = self.now.date() - timedelta(days=9)
        trip = [
            {"spent_on": day, "kind": "travel", "what": "Train 高铁", "amount": Decimal("553.50")},
            {"spent_on": day, "kind": "lodging", "what": "Hotel 3 nights 住宿三晚", "amount": Decimal("1860.00")},
            {"spent_on": day, "kind": "meals", "what": "Dinner with a customer 客户晚餐", "amount": Decimal("412.00")},
        ]
        self.submit("kai", 4, "people.expenses", CLAIM, purpose="Canton fair 广交会", lines=trip)
        taxi = [{"spent_on": day, "kind": "travel", "what": "Taxi 出租车", "amount": Decimal("86.00")}]
        self.submit("jun", 3, "people.expenses", CLAIM, purpose="Visit to a customer 拜访客户", lines=taxi)
        self.decide("mei", 2, "approve")

    def ask_for_goods(self) -> None:
        chair = next(iter(self.company.products.values()))
        lines = [{"product": chair, "quantity": 12, "unit_cost": Decimal("210.00")}]
        self.submit("tomas", 1, "purchase.request", REQUEST, purpose="Meeting room 会议室", lines=lines)

    def propose_supplier(self) -> None:
        about = {"name": "Yangtze Packaging 扬子包装", "supplies": "Cartons 纸箱", "phone": "+86 512 5555 0123"}
        self.submit("pia", 2, "purchase.supplier_onboarding", SUPPLIER, **about)
        self.decide("tomas", 1, "approve", "Samples are sound 样品合格")

    def lay_contract_before(self) -> None:
        customer = self.company.customers[0]
        about = {"name": "Yearly supply 年度供货", "amount": Decimal("120000.00")}
        self.submit("mei", 1, "crm.contract", CONTRACT, customer=customer, **about)
