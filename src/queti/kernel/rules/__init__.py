"""Rules: rows of cells, compiled to formulas; the same answer for one case in memory and for many in SQL."""
