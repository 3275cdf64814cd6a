"""Harbour Supplies (港湾商贸): a believable company to try things on and to test with.

`load` fills an empty workspace in which the apps are installed. The same day and size
give the same company. It is removed by dropping its workspace.
"""

from queti.apps.sample.loading import load

__all__ = ["load"]
