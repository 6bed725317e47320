"""What every other room may use: ids, exceptions, the environment, log lines."""
