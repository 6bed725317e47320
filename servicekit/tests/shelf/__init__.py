"""A service of a few lines, for the kit's tests: it puts books on a shelf and hears of others."""
