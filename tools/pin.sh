#!/bin/sh
# Pin the requirements anew: every version with its hashes, no registry's address.
cd "$(dirname "$0")/../requirements" || exit 1
for group in run build test; do
    ../.venv/bin/uv pip compile "$group.in" --output-file "$group.txt" --universal --python-version 3.11 \
        --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet "$@" || exit 1
done
! grep -nE '://|^--(index|extra|find)' ./*.txt
