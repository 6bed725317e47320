"""Load tests: what Locust runs, what the shop promises, and the short form as tests. README.md has the whole story."""
