"""Rules proven before they go live: analysis, runs over the past, tables from outside."""
