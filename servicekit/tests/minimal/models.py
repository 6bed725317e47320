from servicekit.auth.revocation import AbstractRevocation


class Revocation(AbstractRevocation):
    pass
