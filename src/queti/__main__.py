"""`python -m queti` is the command `queti`."""

from queti.cli import main

main()
