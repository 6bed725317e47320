from servicekit.revocation import AbstractRevocation


class Revocation(AbstractRevocation):
    pass
