"""base: embedded defaults, for trials; test: in memory; production: refuses demo secrets."""
