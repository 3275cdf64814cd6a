"""What all definitions share: a label and a help text in each language."""

from __future__ import annotations

import msgspec

Words = dict[str, str]
"""Text by language: `{"en": "Sales order", "zh": "销售订单"}`."""


class Definition(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all kinds share."""

    label: Words = {}
    help: Words = {}
