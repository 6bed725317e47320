"""The texts of account mails. They contain no text of a user: the address may not be the user's."""

from dataclasses import dataclass

SIGNATURE = "Your shop"


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def verification(link: str) -> Text:
    return _text(
        "Confirm your e-mail address",
        "An account of our shop was given this e-mail address. If it is yours, confirm it:",
        link,
        "The link is valid for 48 hours. If you have no account, ignore this mail: you will get no other.",
    )


def already_proven() -> Text:
    return _text(
        "You have an account already",
        "Somebody gave your e-mail address for another account of our shop. If it was you: you have an account "
        "already, and can set a new password if you forgot yours. If it was not you, there is nothing to do.",
    )


def password_reset(link: str, *, username: str) -> Text:
    return _text(
        "Set a new password",
        f"Somebody, probably you, forgot the password of the account {username}. To set a new one:",
        link,
        "The link is valid for one hour. If it was not you, there is nothing to do.",
    )


def address_changed() -> Text:
    return _text(
        "Your e-mail address was changed",
        "Your account of our shop has another e-mail address now, and this one gets no more mails. If it was not you "
        "who changed it, tell us at once.",
    )


def _text(subject: str, *paragraphs: str) -> Text:
    return Text(subject, "\n\n".join(("Hello,", *paragraphs, SIGNATURE)) + "\n")
