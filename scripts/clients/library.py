"""What both checks need: a small REST client that publishes graphs, and a list of checks that counts."""

import argparse
import json
import os
import sys
import traceback
import urllib.error
import urllib.request


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--server", default="http://127.0.0.1:8088")
    parser.add_argument("--model", help="a local model that shall answer, too")
    chosen = parser.parse_args()
    key = os.environ.get("KVASIR_API_KEY")
    if not key:
        sys.exit("KVASIR_API_KEY is not set. Make a key: ./kvasir keys create")
    return chosen.server.rstrip("/"), key, chosen.model


class Rest:
    """Kvasir's own API, as far as the checks need it."""

    def __init__(self, server, key):
        self.server, self.key = server, key

    def ask(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.server + path, method=method)
        request.add_header("Authorization", "Bearer " + self.key)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            return json.loads(answer.read() or b"{}"), answer.headers

    def publish(self, document, title):
        name = document["name"]
        try:
            self.ask("POST", "/api/v1/graphs", {"name": name, "title": title})
        except urllib.error.HTTPError as refused:
            if refused.code != 409:
                raise
        try:
            _, headers = self.ask("GET", f"/api/v1/graphs/{name}/draft")
            condition = {"If-Match": headers["ETag"]}
        except urllib.error.HTTPError as refused:
            if refused.code != 404:
                raise
            condition = {"If-None-Match": "*"}
        self.ask("PUT", f"/api/v1/graphs/{name}/draft", document, condition)
        self.ask("POST", f"/api/v1/graphs/{name}/versions", {})

    def run(self, run):
        return self.ask("GET", f"/api/v1/runs/{run}")[0]


def graph(name, prompt, schema, **agent):
    """input -> agent -> output: an echo that says back what the prompt makes of the input."""
    return {
        "kind": "kvasir/graph",
        "schemaVersion": 1,
        "name": name,
        "nodes": [
            {"id": "input", "kind": "input", "schema": schema},
            {"id": "agent", "kind": "agent", "model": "echo", "prompt": {"user": prompt}, **agent},
            {"id": "output", "kind": "output", "outputs": {"answer": "{{ agent.text }}"}},
        ],
        "edges": [
            {"id": "input_agent", "from": "input", "to": "agent"},
            {"id": "agent_output", "from": "agent", "to": "output"},
        ],
        "settings": {"exposeAsTool": True},
    }


QUESTION = {
    "type": "object",
    "required": ["question"],
    "properties": {"question": {"type": "string", "description": "What is to be said back."}},
}


class Checks:
    """Runs checks one after the other; a failed one does not stop the others."""

    def __init__(self):
        self.failed = 0

    def done(self, name):
        print("ok    " + name, flush=True)

    def lost(self, name):
        self.failed += 1
        print("FAIL  " + name, flush=True)
        traceback.print_exc()

    def end(self):
        print("all well" if self.failed == 0 else f"{self.failed} failed")
        sys.exit(1 if self.failed else 0)
