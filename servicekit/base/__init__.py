"""Request ids, log lines, the environment, liveness: what every other package may use."""
