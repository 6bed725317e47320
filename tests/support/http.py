"""HTTP requests to the servers of tests."""

import requests

session = requests.Session()
session.trust_env = False  # a proxy or a .netrc of the caller has nothing to do with them
