"""
A fake Pact broker: the part of its HTTP API that scripts/pact.sh uses, with what was published in memory.

After https://docs.pact.io/pact_broker/api: its answers are HAL documents, and the clients follow their links. A real
one: docker compose -f docker-compose.test.yml --profile broker up --wait
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from tests.support.fake_server import FakeServer, Request

Document = dict[str, Any]
Answer = tuple[int, Document]


@dataclass
class Published:
    """
    The pact of one version of a consumer.

    :param results: for each version of the provider, whether it fulfilled the pact.
    """

    pact: Document
    version: str
    branch: str
    results: dict[str, bool] = field(default_factory=dict)

    @property
    def consumer(self) -> str:
        return str(self.pact["consumer"]["name"])

    @property
    def provider(self) -> str:
        return str(self.pact["provider"]["name"])

    @property
    def fulfilled(self) -> bool:
        return any(self.results.values())


class FakeBroker(FakeServer):
    """
    :ivar pacts: the pacts that were published.
    :ivar branches: service, branch and version of each provider that published results.
    :ivar deployed: service, version and environment of each deployment.
    """

    def __init__(self, *, token: str = "", accepts_results: bool = True):
        super().__init__()
        self.token = token
        self.accepts_results = accepts_results
        self.pacts: list[Published] = []
        self.branches: list[tuple[str, str, str]] = []
        self.deployed: list[tuple[str, str, str]] = []

    def answer(self, request: Request) -> Answer:  # noqa: C901, PLR0911 - a case for each route
        if self.token and request.headers["Authorization"] != f"Bearer {self.token}":
            return 401, {"error": "wrong token"}
        match request.method, *request.path:
            case "GET", "":
                return 200, self._index()
            case "POST", "contracts", "publish":
                return 200, self._publish(request.body)
            case _, "pacts", provider, "for-verification":
                return 200, self._for_verification(provider)
            case "GET", "pacts", number:
                return 200, self._pact(number)
            case "POST", "pacts", number, "results":
                return self._add_results(number, request.body)
            case "GET", "pacticipants", name:
                branch = f"/pacticipants/{name}/branches/{{branch}}/versions/{{version}}"
                return 200, {"name": name, **self._links({"pb:branch-version": branch})}
            case "PUT", "pacticipants", name, "branches", branch, "versions", version:
                self.branches.append((name, branch, version))
                return 201, self._links({})
            case "GET", "pacticipants", name, "versions", version:
                return 200, self._version(name, version)
            case "POST", "deployed", name, version, environment:
                self.deployed.append((name, version, environment))
                return 201, self._links({})
            case "GET", "matrix":
                return 200, self._matrix(request.query)
        return 404, {"error": "no such route"}

    def _index(self) -> Document:
        return self._links(
            {
                "pb:publish-contracts": "/contracts/publish",
                "pb:provider-pacts-for-verification": "/pacts/{provider}/for-verification",
                "pb:pacticipant": "/pacticipants/{pacticipant}",
                "pb:pacticipant-version": "/pacticipants/{pacticipant}/versions/{version}",
            }
        )

    def _publish(self, body: Document) -> Document:
        for contract in body["contracts"]:
            pact = json.loads(base64.b64decode(contract["content"]))
            self.pacts.append(Published(pact, body["pacticipantVersionNumber"], body["branch"]))
        return {"notices": [], **self._links({})}

    def _for_verification(self, provider: str) -> Document:
        pacts = [
            {
                "shortDescription": f"latest of {published.branch}",
                "verificationProperties": {"pending": not published.fulfilled, "notices": []},
                **self._links({"self": f"/pacts/{number}"}, name=f"{published.consumer} and {provider}"),
            }
            for number, published in enumerate(self.pacts)
            if published.provider == provider
        ]
        return {"_embedded": {"pacts": pacts}, **self._links({"self": f"/pacts/{provider}/for-verification"})}

    def _pact(self, number: str) -> Document:
        published = self.pacts[int(number)]
        results, provider = f"/pacts/{number}/results", f"/pacticipants/{published.provider}"
        return {**published.pact, **self._links({"pb:publish-verification-results": results, "pb:provider": provider})}

    def _add_results(self, number: str, body: Document) -> Answer:
        if not self.accepts_results:
            return 403, {"error": "this token may only read"}
        self.pacts[int(number)].results[body["providerApplicationVersion"]] = body["success"]
        return 201, self._links({})

    def _version(self, name: str, version: str) -> Document:
        url = f"{self.url}/deployed/{name}/{version}"
        links = [{"name": environment, "href": f"{url}/{environment}"} for environment in ("production", "test")]
        return {"number": version, "_links": {"pb:record-deployment": links}}

    def _matrix(self, query: dict[str, list[str]]) -> Document:
        """Whether a version may be deployed: every pact of this consumer must be fulfilled."""
        [name], [version] = query["q[][pacticipant]"], query["q[][version]"]
        pacts = [each for each in self.pacts if (each.consumer, each.version) == (name, version)]
        fulfilled = sum(each.fulfilled for each in pacts)
        deployable = bool(pacts) and fulfilled == len(pacts)
        reason = f"{fulfilled} of {len(pacts)} pacts of {name} are fulfilled"
        counts = {"success": fulfilled, "failed": len(pacts) - fulfilled, "unknown": 0}
        return {"summary": {"deployable": deployable, "reason": reason, **counts}, "matrix": [], "notices": []}

    def _links(self, links: dict[str, str], *, name: str = "") -> Document:
        named = {"name": name} if name else {}
        return {
            "_links": {rel: {"href": self.url + path, "templated": "{" in path, **named} for rel, path in links.items()}
        }
