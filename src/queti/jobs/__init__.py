"""Work done later: reactions after the commit, imports, clean-ups. One queue for all workspaces."""
