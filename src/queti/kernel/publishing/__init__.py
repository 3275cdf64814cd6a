"""From definitions to a release: loading, compiling, checking, planning, publishing, merging."""
