"""What every connection of the pool promises."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from psycopg.types.json import Jsonb

from queti.store.database import Database
from queti.store.platform import MIGRATIONS, prepare_platform


class TestAConnection:
    def test_answers_exact_and_aware_values(self, database: Database) -> None:
        with database.connection() as connection:
            row = connection.execute("SELECT 0.10::numeric, '2026-01-01 08:00+08'::timestamptz, %s::jsonb",
                                     [Jsonb({"words": "港湾"})]).fetchone()  # fmt: skip
        assert row == (Decimal("0.10"), datetime(2026, 1, 1, tzinfo=UTC), {"words": "港湾"})

    def test_commits_at_the_end_and_rolls_back_on_an_error(self, database: Database) -> None:
        with database.connection() as connection:
            connection.execute("CREATE TABLE public.kept (n int)")
        with pytest.raises(ZeroDivisionError), database.connection() as connection:
            connection.execute("INSERT INTO public.kept VALUES (1)")
            raise ZeroDivisionError
        with database.connection() as connection:
            assert connection.execute("SELECT count(*) FROM public.kept").fetchone() == (0,)

    def test_of_the_owner_commits_each_statement(self, database: Database) -> None:
        with database.owner() as connection:
            connection.execute("CREATE TABLE public.big (n int)")
            connection.execute("CREATE INDEX CONCURRENTLY big_n ON public.big (n)")
        with database.connection() as connection:
            assert connection.autocommit is False

    def test_searches_chinese(self, database: Database) -> None:
        with database.connection() as connection:
            found = connection.execute("SELECT '上海浦东发展' ILIKE '%浦东%', show_trgm('上海') <> '{}'").fetchone()
        assert found == (True, True)


def test_the_platform_is_prepared_once(database: Database) -> None:
    prepare_platform(database)
    with database.connection() as connection:
        done = connection.execute("SELECT array_agg(number ORDER BY number) FROM platform.migration").fetchone()
    assert done == (list(range(1, len(MIGRATIONS) + 1)),)
