"""Keeping many records in order: duplicates, records that become one, bulk changes, old values again."""
