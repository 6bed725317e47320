"""The signing key, when all processes start at the same time and there is none yet."""

import stat

import pytest

from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.exchange import command
from user_service.services import NOTIFY_PROFILE_UPDATE
from user_service.tests.integration.effects import verified


@pytest.mark.security
class TestSigningKey:
    def test_is_made_once_and_used_by_all_processes(self, processes, exchange, alice, key_file, order_service):
        """The worker has a notification to send, and both web processes get requests, right after the start."""
        processes.end()
        key_file.unlink()
        exchange.send(command(NOTIFY_PROFILE_UPDATE, user_id=alice.id, changes=["bio"]))

        processes.started("serve", "worker", "relay")
        published = concurrently([lambda: alice.calls("GET", "/.well-known/jwks.json").json()["keys"]] * 20)

        assert {key["kid"] for keys in published for key in keys} == {published[0][0]["kid"]}
        assert [file.name for file in key_file.parent.iterdir()] == ["jwt.pem"]
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        [call] = eventually(lambda: order_service.calls(alice.id), within=15)
        assert verified(call.token, by=processes.web) == ("user_service", {"users:notify"})
