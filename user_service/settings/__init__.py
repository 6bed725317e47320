"""base: embedded defaults, for trying out; test: in memory; production: refuses demo secrets."""
