"""Fixtures for `tests/` and `scenarios/`; each kind lives in its own file under `tests/fixtures/`."""

import atexit
import os
import shutil
import tempfile

pytest_plugins = ["tests.fixtures.database"]

# No test touches the data of whoever runs it.
os.environ["QUETI_HOME"] = tempfile.mkdtemp(prefix="queti-tests-")
atexit.register(shutil.rmtree, os.environ["QUETI_HOME"], ignore_errors=True)
