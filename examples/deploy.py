#!/usr/bin/env python3
"""Example: deploys changes from Python, with the standard library alone, and waits for the end by long polling.

usage: SPIDERPIG_URL=... SPIDERPIG_TOKEN=... deploy.py CHANGE...
Questions are answered on the page, or by another client. Exit status 0: deployed.
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("SPIDERPIG_URL", "http://127.0.0.1:8888").rstrip("/")
TOKEN = os.environ["SPIDERPIG_TOKEN"]

START = """mutation ($input: StartBackportInput!) {
  startBackport(input: $input) {
    __typename
    ... on StartBackportSuccess { job { id } }
    ... on InvalidChanges { message problems { input message } }
    ... on GerritUnavailable { message }
    ... on DeploymentsHeld { message }
    ... on UnknownLane { message }
  }
}"""

UPDATES = "subscription ($id: ID!) { jobUpdates(id: $id) { state status ended outcome reason pendingInteraction { id prompt } } }"


def post(query, variables, accept, **headers):
    """Sends an operation and returns the response."""
    request = urllib.request.Request(
        URL + "/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {
            "Authorization": "Bearer " + TOKEN,
            "Content-Type": "application/json",
            "Accept": accept,
            "X-GraphQL-Client-Name": "deploy.py",
            "X-GraphQL-Client-Version": "1.0",
            **headers,
        },
    )
    return urllib.request.urlopen(request, timeout=90)


def start(changes):
    """Starts a job. If the reply is lost, the same key returns the same job instead of a second one."""
    variables = {"input": {"changes": changes, "idempotencyKey": str(uuid.uuid4())}}
    for attempt in range(5):
        try:
            with post(START, variables, "application/json") as response:
                result = json.load(response)
            break
        except urllib.error.HTTPError as error:
            sys.exit(f"status {error.code}: {error.read().decode()}")
        except OSError as error:
            if attempt == 4:
                sys.exit(f"{URL}: {error}")
    if "errors" in result:
        sys.exit(result["errors"][0]["message"])
    started = result["data"]["startBackport"]
    if started["__typename"] != "StartBackportSuccess":
        sys.exit(started["message"])
    return started["job"]["id"]


def updates(job):
    """The job now and after each change. A response ends at a quiet moment; then the next one is requested."""
    while True:
        with post(UPDATES, {"id": job}, "text/event-stream", Prefer="wait=30") as response:
            for line in response:
                if line.startswith(b"data:") and len(line) > 7:
                    result = json.loads(line[5:])
                    if result.get("data"):
                        yield result["data"]["jobUpdates"]
                if line.startswith(b"event: complete"):
                    return


def main():
    job = start(sys.argv[1:])
    print(f"Job {job}: {URL}/jobs/{job}", flush=True)
    shown = None
    for update in updates(job):
        question = update["pendingInteraction"]
        line = (update["state"], update["status"], question and question["prompt"])
        if line != shown:
            shown = line
            print(*(part for part in line if part), flush=True)
        if update["ended"]:
            print(update["outcome"], update["reason"])
            sys.exit(0 if update["outcome"] == "DEPLOYED" else 1)


if __name__ == "__main__":
    main()
