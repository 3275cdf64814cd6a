"""What the company's own records refuse, in both languages."""

from queti.kernel.errors import Refusal


class SamePerson(Refusal):
    """A hand-over needs two different people."""

    zh = "交接双方不能是同一人。"
    field = "to"
