"""Sign-in throttling in memory, beside the `lockouts` in the database: by login and address, and by address."""

from __future__ import annotations

import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from queti.server.addresses import caller_of
from queti.server.refusals import TooManyAttempts, TooManyRequests
from queti.server.settings import Settings


class Throttle:
    """Counts failures only, so that a busy office behind one address is not shut out."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        window = settings.sign_in_window
        self._per_login = RateLimitItemPerSecond(settings.sign_ins_per_login, window)
        self._per_address = RateLimitItemPerSecond(settings.sign_ins_per_address, window)
        self._per_token = RateLimitItemPerSecond(settings.token_requests, 60)

    def refuse_tired(self, login: str, address: str) -> None:
        """Raises TooManyAttempts."""
        address = caller_of(address)
        for item, key in ((self._per_login, (login, address)), (self._per_address, (address,))):
            if not self._limiter.test(item, *key):
                ends = self._limiter.get_window_stats(item, *key).reset_time
                raise too_many(ends - time.time())

    def refuse_busy(self, token: int) -> None:
        """Counts a request of an API token; raises TooManyRequests."""
        if not self._limiter.hit(self._per_token, "token", str(token)):
            raise TooManyRequests(most=self._per_token.amount)

    def note_failure(self, login: str, address: str) -> None:
        address = caller_of(address)
        self._limiter.hit(self._per_login, login, address)
        self._limiter.hit(self._per_address, address)

    def note_success(self, login: str, address: str) -> None:
        self._limiter.clear(self._per_login, login, caller_of(address))


def too_many(seconds: float) -> TooManyAttempts:
    whole = max(1, int(seconds))
    return TooManyAttempts(minutes=-(-whole // 60), seconds=whole)
