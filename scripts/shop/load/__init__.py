"""`scripts/load.sh`: the shop under load, measured and held against what it promises (tests/load/slo.toml)."""
