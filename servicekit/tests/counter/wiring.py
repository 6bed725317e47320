from servicekit.testing import TokenMint

mint = TokenMint()


def token_keys():
    return mint.keys
