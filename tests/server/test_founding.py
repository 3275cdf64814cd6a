"""Companies begin whole, or not at all."""

from __future__ import annotations

import pytest

from queti.kernel.errors import UnknownName
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.accounts import accounts_of
from queti.server.founding import (
    SAMPLE,
    SAMPLE_LOGINS,
    bring_up_to_date,
    found_company,
    has_sample,
    make_sample,
    needs_sample,
    remove_sample,
)
from queti.store.database import Database
from queti.store.workspaces import all_workspaces, create_workspace


@pytest.fixture
def platform(database: Database) -> Platform:
    return Platform(database, Catalogue.standard())


def quiet(_: str) -> None:
    pass


class TestTheSampleCompany:
    def test_is_made_on_the_first_start_only(self, platform: Platform) -> None:
        assert needs_sample(platform)
        make_sample(platform, quiet, size="small")
        assert has_sample(platform)
        assert {account.login for account in accounts_of(platform.db, SAMPLE)} == set(SAMPLE_LOGINS)
        assert not needs_sample(platform)

        remove_sample(platform)
        assert all_workspaces(platform.db) == []
        assert not needs_sample(platform), "who removed it doesn't want it back"

    def test_that_was_cut_off_is_made_anew(self, platform: Platform) -> None:
        create_workspace(platform.db, SAMPLE)
        assert needs_sample(platform)
        make_sample(platform, quiet, size="small")
        assert has_sample(platform)

    def test_is_not_pressed_on_a_company_of_ones_own(self, platform: Platform) -> None:
        create_workspace(platform.db, "mine")
        assert not needs_sample(platform)

    def test_stays_as_it_is_when_nothing_new_is_shipped(self, platform: Platform) -> None:
        make_sample(platform, quiet, size="small")
        number = platform.model(platform.workspace(SAMPLE)).number
        bring_up_to_date(platform, quiet)
        assert platform.model(platform.workspace(SAMPLE)).number == number


class TestANewCompany:
    def test_has_its_apps_and_an_owner_who_must_choose_a_password(self, platform: Platform) -> None:
        invitation = found_company(
            platform, "mine", {"en": "My shop", "zh": "小店"}, ["crm"], owner="wang", language="zh"
        )

        assert set(platform.model(platform.workspace("mine")).apps) == {"base", "crm", "flow"}
        (account,) = accounts_of(platform.db, "mine")
        assert (account.login, account.must_change, account.is_sample) == ("wang", True, False)
        assert len(invitation.password) >= 12
        companies = platform.run("mine", SYSTEM, lambda work: work.find("base.company"), reads_only=True)
        assert [company.name for company in companies] == ["小店"]

    def test_with_an_unknown_app_is_not_begun(self, platform: Platform) -> None:
        with pytest.raises(UnknownName):
            found_company(platform, "mine", {"en": "x", "zh": "x"}, ["crn"], owner="wang")
        assert all_workspaces(platform.db) == []
