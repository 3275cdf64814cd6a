"""A Work: who does what, where, when and in which language, in one transaction.

Operations and reactions get a Work and nothing else. Its verbs run with the rights that
the operation declares; `as_person` has the same verbs with the caller's rights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg import Connection, RawCursor
from psycopg import errors as pg

from queti.kernel import administering, news
from queti.kernel.formulas import Env
from queti.kernel.formulas.values import divide
from queti.kernel.model import Model, Object
from queti.kernel.person import Person
from queti.kernel.reading import finding, queries, sums
from queti.kernel.record import Record, Rows
from queti.kernel.rules import deciding, remembering
from queti.kernel.rules.answers import Answer
from queti.kernel.writing import (
    calls,
    changing,
    creating,
    derived,
    idempotency,
    lookups,
    removing,
    settling,
    statements,
    tally,
    telling,
)
from queti.kernel.writing.held import Held
from queti.kernel.writing.history import Journal
from queti.kernel.writing.violations import refusal_of

if TYPE_CHECKING:
    from queti.kernel.guarded import Guarded
    from queti.kernel.platform import Platform
    from queti.kernel.writing.idempotency import Claim
    from queti.store.workspaces import Workspace

Values = Mapping[str, Any]


class NewerRelease(Exception):
    """A release was published since this Work's model was read, or the workspace was made anew; the
    Work starts again on it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Work:
    """One transaction of one person in one workspace."""

    def __init__(
        self,
        platform: Platform,
        workspace: Workspace,
        who: Person,
        model: Model,
        connection: Connection[Any],
        *,
        language: str,
        now: datetime,
        reads_only: bool = False,
        request_id: str = "",
        claim: Claim | None = None,
    ) -> None:
        self.platform = platform
        self.workspace = workspace
        self.who = who
        self.model = model
        self.connection = connection
        self.language = language
        self.now = now
        self.reads_only = reads_only
        self.request_id = request_id
        self.id: UUID = uuid4()
        self.schema = f'"{workspace.schema}"'
        self.schema_id = 0
        self.statements = 0
        self.operation: str = ""
        self.cause: str = ""
        self.chain: tuple[str, ...] = ()
        """The flows that brought about what is written now, each begun by what the one before wrote."""
        self.company: dict[str, Any] = {}
        self.journal = Journal()
        self.pending = creating.Pending()
        self.dirty = derived.Dirty()
        self.claim = claim
        self.is_confirmed = False
        """Has the person just shown their password for this?"""
        self.is_replay = False
        self._cursor: RawCursor[Any] = RawCursor(connection)
        self.held = Held()
        self.is_persons = False
        """Does a person write plainly now? Hidden and locked fields bind people, not operations."""

    # -- the transaction

    def open(self) -> None:
        """Enter the workspace's role; a writing Work holds its release until the commit."""
        role, claim = self.workspace.role, self.claim
        claims = idempotency.CLAIM.format(schema=self.schema) if claim else ""
        text, names = statements.opening(self.model, reads_only=self.reads_only, claims=claims)
        values: Sequence[Any] = (role,) if self.reads_only else claim.row(self) if claim else ()
        if not self.reads_only:
            self._cursor.execute(_ENTER_WRITING, (role, f"queti.release.{self.workspace.schema}"))
        [(_, is_first, number, self.schema_id, *company)] = self.rows(text, values)
        self.is_replay = is_first is False
        if number != self.model.number or self.schema_id != self.model.schema_id:
            raise NewerRelease(number)
        self.company = dict(zip(names, company, strict=True))

    def settle(self) -> None:
        """Write what waits: records with gap-free numbers, lookups and roll-ups.

        Doors call it before they show an answer; reads of what waits do so by themselves.
        """
        while self.pending or self.dirty:
            settling.settle(self)
            creating.settle(self)

    def settle_before(self, object: str) -> None:
        """Write what waits, as far as somebody who reads the object could see it."""
        waiting = self.pending.objects() if self.pending else ()
        if object in waiting or any(object in derived.reach(self.model, each) for each in waiting):
            self.settle()
        elif self.dirty:
            marked = self.dirty.objects()
            if object in marked or any(object in derived.reach(self.model, each) for each in marked):
                settling.settle(self)

    def close(self) -> None:
        """Write all that the commit must hold; counters last."""
        self.settle()
        dead = self.journal.write(self, lookups.ask_for_dead_links(self))
        lookups.refuse_dead_links(self, dead)
        administering.watch_administrators(self)
        news.tell_of_people(self)

    @contextmanager
    def attempt(self) -> Generator[None]:
        """A savepoint: a refusal inside undoes what was done inside, and the Work can go on."""
        self.settle()
        mark, held = self.journal.mark(), self.held.copy()
        try:
            with self.connection.transaction():
                yield
                self.settle()
                lookups.refuse_dead_links(self)
        except BaseException as problem:
            self.journal.back_to(mark)
            self.pending, self.dirty, self.held = creating.Pending(), derived.Dirty(), held
            if isinstance(problem, pg.IntegrityError | pg.DataError):
                raise refusal_of(problem, self.model) from problem
            raise

    # -- statements

    def execute(self, text: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it touched. The release stands in the text: plans outlive DDL."""
        self.statements += 1
        try:
            self._cursor.execute(f"/* r{self.model.number} */ {text}".encode(), values, binary=True)
        except (pg.IntegrityError, pg.DataError) as problem:
            raise refusal_of(problem, self.model) from problem
        return self._cursor.rowcount

    def rows(self, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.execute(text, values)
        return self._cursor.fetchall()

    def copy(self, into: str, content: bytes) -> None:
        """COPY rows, in PostgreSQL's text form, into the named columns of a table."""
        self.statements += 1
        try:
            with self._cursor.copy(f"COPY {into} FROM STDIN".encode()) as copy:
                copy.write(content)
        except (pg.IntegrityError, pg.DataError) as problem:
            raise refusal_of(problem, self.model) from problem

    def column(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        return [row[0] for row in self.rows(text, values)]

    def value_of(self, name: str) -> Any:
        """Value of a statement's parameter: `today`, `now`, `me`, `me.department`, `company.currency`."""
        return self.env.param(name)

    # -- the moment

    @cached_property
    def timezone(self) -> str:
        """The company's; UTC where that isn't a time zone."""
        name = self.company.get("timezone") or "UTC"
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError):
            return "UTC"

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.timezone)).date()

    @cached_property
    def me(self) -> Mapping[str, Any]:
        """The person's own base.user record; read when a formula first asks for it."""
        if self.who.user is None or "base.user" not in self.model.objects:
            return {}
        found = queries.read(self, self.model.object("base.user"), ids=[self.who.user])
        return found[0] if found else {}

    @cached_property
    def env(self) -> Env:
        """What formulas in memory may know of the Work."""
        return Env(
            now=self.now,
            timezone=self.timezone,
            me=self.who.user,
            person=_Me(self),
            company=self.company,
            my_departments=_MyDepartments(self),
            rate=_Rates(self),
        )

    def rate(self, source: int, target: int, on: date) -> Decimal | None:
        """Units of currency `target` for one of `source` on a day; none where none is known."""
        return self.env.rate(source, target, on)

    def beside(self, who: Person) -> Work:
        """The same transaction as somebody else would read it. For reading only: what it wrote would be lost."""
        self.settle()
        other = Work(
            self.platform,
            self.workspace,
            who,
            self.model,
            self.connection,
            language=self.language,
            now=self.now,
            reads_only=True,
            request_id=self.request_id,
        )
        other.company, other.schema_id = self.company, self.schema_id
        return other

    @property
    def as_person(self) -> Guarded:
        from queti.kernel.guarded import Guarded

        return Guarded(self)

    # -- verbs

    def fetch(
        self, object: str, ids: Sequence[Record | int], fields: Sequence[str] | None = None, *, lock: bool = False
    ) -> Rows:
        """The records in the order of `ids`; RecordNotFound when one is missing or in the trash.

        `fields`: own names, link paths (`customer.name`), lists (`lines`, `lines.product.sku`);
        None: own stored fields and formulas. `lock` holds them until the commit.
        """
        return finding.fetch(self, self.model.object(object), ids, fields, lock)

    def as_left(self, object: str, records: Sequence[Record], fields: Sequence[str] | None = None) -> list[Record]:
        """The records as they stand: those that this Work has changed since are read anew."""
        moved = [
            each.id for each in records if self.journal.touched.get((object, each.id), each.version) != each.version
        ]
        again = {each.id: each for each in self.fetch(object, moved, fields)} if moved else {}
        return [again.get(each.id, each) for each in records]

    def find(
        self,
        object: str,
        where: str = "",
        params: Values | None = None,
        fields: Sequence[str] | None = None,
        sort: str = "",
        limit: int | None = None,
        *,
        lock: bool = False,
    ) -> Rows:
        """The records that fit the formula `where`, which may use the names in `params`."""
        return finding.find(self, self.model.object(object), where, params or {}, fields, sort, limit, lock)

    def count(self, object: str, where: str = "", params: Values | None = None) -> int:
        """How many records fit the formula `where`."""
        self.settle_before(object)
        return queries.count_of(self, None, self.model.object(object), where, params, "all").value

    def sums(
        self, object: str, where: str = "", params: Values | None = None, *, by: Sequence[str], add: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Sums of the fields `add` over the records that fit, one row for each combination of `by`; see `sums.sums`."""
        return sums.sums(self, self.model.object(object), where, params or {}, tuple(by), tuple(add))

    def create(self, object: str, rows: Sequence[Values]) -> Rows:
        """Write new records, lines inside; WrongInput holds every problem of every row."""
        return creating.create(self, self.model.object(object), rows)

    def check(self, object: str, rows: Sequence[Values]) -> None:
        """Would `create` take these rows? Nothing is written; raises WrongInput."""
        creating.check(self, self.model.object(object), rows)

    def change(
        self,
        object: str,
        changes: Sequence[tuple[Record | int, Values]],
        *,
        expect: Mapping[int, int] | None = None,
    ) -> Rows:
        """Change records; `expect` gives the version that each must still have, by id."""
        return changing.change(self, self.model.object(object), changes, expect or {})

    def trash(self, object: str, ids: Sequence[Record | int], *, expect: Mapping[int, int] | None = None) -> Rows:
        return removing.trash(self, self.model.object(object), ids, expect or {})

    def restore(self, object: str, ids: Sequence[Record | int]) -> Rows:
        return removing.restore(self, self.model.object(object), ids)

    def tally(
        self,
        object: str,
        rows: Sequence[Values],
        *,
        by: Sequence[str],
        add: Sequence[str],
        guard: str | None = None,
        make: bool = True,
    ) -> tally.Tally:
        """Add to kept sums, one row per key; see `tally.tally`."""
        return tally.tally(self, self.model.object(object), rows, tuple(by), tuple(add), guard, make)

    def lock(self, object: str, rows: Sequence[Values], by: Sequence[str]) -> Rows:
        """The records with these keys, locked in the order of their ids."""
        return finding.lock_by(self, self.model.object(object), rows, tuple(by))

    def decide(self, rule: str, cases: Sequence[deciding.Put], *, keep: bool = False) -> list[Answer]:
        """What a rule says of records, of values by input, or of `(record, values)`; see `rules.deciding`.

        `keep` it with the records where it matters; an answer's `news` is then what the last one didn't say.
        """
        put = [deciding.case_of(case) for case in cases]
        return (remembering.decide_and_keep if keep else deciding.decide)(self, rule, put)

    def may_fire(self, rule: str, given: Values) -> bool:
        """Whether any row of the rule could fire where these inputs are so; without the rule none can."""
        return rule in self.model.rules and deciding.may_fire(self.model, self.env, rule, given)

    def keep_answers(self, rule: str, chosen: Iterable[tuple[Record, Answer]]) -> None:
        """Keep those answers of a rule that mattered, each with its record, to be told on its page."""
        remembering.keep(self, rule, chosen)

    def perform(self, operation: str, calls_: Sequence[Values] | Values) -> Any:
        """Perform an operation of any app by its full name; see `calls.perform`."""
        return calls.perform(self, operation, calls_)

    def tell(
        self, event: str, records: Sequence[Record] | Record, data: Sequence[Values] | Values | None = None
    ) -> None:
        """Write events about these records; inline reactions run before this returns."""
        telling.tell(self, event, records, data)

    def has(self, operation: str) -> bool:
        """Is the operation's app installed? What an absent app would do is skipped."""
        return operation in self.model.operations

    can = has

    def object(self, name: str) -> Object:
        return self.model.object(name)

    @contextmanager
    def writing_for(self, *, is_persons: bool) -> Generator[None]:
        """What is written inside is a person's own writing, which linkage binds more than that of operations."""
        before, self.is_persons = self.is_persons, is_persons
        try:
            yield
        finally:
            self.is_persons = before

    @contextmanager
    def doing(self, operation: str, cause: str | None = None) -> Generator[None]:
        """Histories and events written inside name this operation, and what caused it."""
        before = self.operation, self.cause
        self.operation, self.cause = operation, before[0] if cause is None else cause
        try:
            yield
        finally:
            self.operation, self.cause = before


class _Me(Mapping[str, Any]):
    """The person's record, which is read when more is asked than the session knows."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def __getitem__(self, key: str) -> Any:
        return self._work.who.department if key == "department" else self._work.me[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._work.me)

    def __len__(self) -> int:
        return len(self._work.me)


class _Rates:
    """What one currency is worth in another on a day: by its dated rate, before the first of them by its own."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._dated: dict[int, list[tuple[date, Decimal]]] = {}

    def __call__(self, source: int, target: int, on: date) -> Decimal | None:
        one, other = self._worth(source, on), self._worth(target, on)
        return None if one is None or other is None else one if other == 1 else divide(one, other)

    def _worth(self, currency: int, on: date) -> Decimal | None:
        """In the company's currency."""
        if currency == self._work.company.get("currency"):
            return Decimal(1)
        dated = self._dated.get(currency)
        if dated is None:
            dated = self._dated[currency] = self._read(currency)
        place = bisect_right(dated, on, key=itemgetter(0))
        return dated[place - 1][1] if place else self._own.get(currency)

    def _read(self, currency: int) -> list[tuple[date, Decimal]]:
        if "base.currency_rate" not in self._work.model.objects:
            return []
        fields = ("valid_from", "rate")
        found = self._work.find("base.currency_rate", "currency = $it", {"it": currency}, fields, "valid_from")
        return [(each.valid_from, each.rate) for each in found]

    @cached_property
    def _own(self) -> dict[int, Decimal | None]:
        known = self._work.model.objects.get("base.currency")
        if known is None or "rate" not in known.fields:
            return {}
        return {each.id: each.rate for each in self._work.find(known.name, fields=("rate",))}


class _MyDepartments(Sequence[int]):
    """The person's department and all below it, read when first asked for."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @cached_property
    def _ids(self) -> list[int]:
        top, departments = self._work.who.department, self._work.model.objects.get("base.department")
        if top is None or departments is None:
            return []
        return self._work.column(statements.below(departments), (top,))

    def __getitem__(self, place: Any) -> Any:
        ids: Any = self._ids
        return ids[place]

    def __len__(self) -> int:
        return len(self._ids)


_ENTER_WRITING = "SELECT set_config('role', $1, true), pg_advisory_xact_lock_shared(hashtextextended($2, 0))"
