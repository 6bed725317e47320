import json
from functools import cache

from django.conf import settings

from servicekit.auth.keys import PublishedKeys


@cache
def token_keys():
    return PublishedKeys(lambda: json.loads((settings.RUN_DIR / "jwks.json").read_text()))
