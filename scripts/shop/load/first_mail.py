"""The first mail to a new customer, with the link that verifies the address. Locust's users can import it."""

import time

import requests

WITHIN_SECONDS = 20.0
POLL_SECONDS = 0.2


def text_of_first_mail(address: str, *, api: str) -> str:
    """
    Wait for the mail, and return its text; nothing when none comes in time.

    :param api: the URL of the mail catcher, which has Mailpit's API.
    :raises requests.RequestException: the mail catcher does not answer.
    """
    deadline = time.monotonic() + WITHIN_SECONDS
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < deadline:
            # Addresses of customers are random, so the search finds no other.
            found = session.get(f"{api}/api/v1/search", params={"query": f'to:"{address}"'}, timeout=WITHIN_SECONDS)
            if mails := found.json()["messages"]:
                mail = session.get(f"{api}/api/v1/message/{mails[-1]['ID']}", timeout=WITHIN_SECONDS)
                return str(mail.json()["Text"])
            time.sleep(POLL_SECONDS)
    return ""
