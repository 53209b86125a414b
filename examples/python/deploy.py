#!/usr/bin/env python3
"""Example: deploys changes from Python, with generated types and the standard library alone, and waits for the end by long polling.

usage: SPIDERPIG_URL=... SPIDERPIG_TOKEN=... deploy.py CHANGE...
Questions are answered on the page, or by another client. Exit status 0: deployed.
spiderpig_api.py is generated from operations.graphql: by `npm run codegen` here, by a code generator of your choice in your project.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from http.client import HTTPException
from typing import Iterator, List

from spiderpig_api import FOLLOW_JOB, DEPLOY_CHANGES, Data, FollowJobData_jobUpdates, Operation, DeployChangesVariables, Variables

URL = (os.environ.get("SPIDERPIG_URL") or "http://127.0.0.1:8888").rstrip("/")
TOKEN = os.environ.get("SPIDERPIG_TOKEN") or ""


def post(operation: Operation[Variables, Data], variables: Variables, accept: str, **headers: str):
    """Sends an operation and returns the response."""
    request = urllib.request.Request(
        URL + "/graphql",
        json.dumps({"query": operation.document, "variables": variables}).encode(),
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


def run(operation: Operation[Variables, Data], variables: Variables) -> Data:
    """The result of an operation. If the reply is lost, it is sent again: it must be idempotent."""
    for attempt in range(5):
        try:
            with post(operation, variables, "application/json") as response:
                result = json.load(response)
            break
        except urllib.error.HTTPError:
            # The server answered: sending it again would not help.
            raise
        except OSError:
            if attempt == 4:
                raise
            time.sleep(2**attempt)
    if result.get("errors"):
        sys.exit(result["errors"][0]["message"])
    return result["data"]


def start(changes: List[str]) -> str:
    """Starts a job and returns its number. The same key returns the same job instead of a second one."""
    variables: DeployChangesVariables = {"input": {"changes": changes, "idempotencyKey": str(uuid.uuid4())}}
    started = run(DEPLOY_CHANGES, variables)["startBackport"]
    if started["__typename"] == "StartBackportSuccess":
        return started["job"]["id"]
    if started["__typename"] == "InvalidChanges":
        sys.exit("\n".join([started["message"], *(problem["message"] for problem in started["problems"])]))
    sys.exit(f"{started['code']}: {started['message']}")


def updates(job: str) -> Iterator[FollowJobData_jobUpdates]:
    """The job now and after each change. A response ends at a quiet moment, or because the server restarts; then the next one is requested."""
    failures = 0
    while True:
        try:
            with post(FOLLOW_JOB, {"id": job}, "text/event-stream", Prefer="wait=30") as response:
                for line in response:
                    if line.startswith(b"data:") and len(line) > 7:
                        result = json.loads(line[5:])
                        if result.get("errors"):
                            sys.exit(result["errors"][0]["message"])
                        failures = 0
                        yield result["data"]["jobUpdates"]
        except (OSError, HTTPException) as error:
            # 429 and 5xx: the server, or a proxy in front of it, may answer later. The job continues meanwhile.
            if isinstance(error, urllib.error.HTTPError) and error.code != 429 and error.code < 500:
                raise
            failures += 1
            if failures > 10:
                raise
            time.sleep(min(2**failures, 30))


def main() -> None:
    if not TOKEN or not sys.argv[1:]:
        sys.exit(__doc__.split("\n\n")[1] if TOKEN else "SPIDERPIG_TOKEN is not set")
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
    try:
        main()
    except urllib.error.HTTPError as error:
        sys.exit(f"{URL} answered with status {error.code}: {error.read().decode(errors='replace')}")
    except (OSError, HTTPException, ValueError) as error:
        # ValueError: the URL, or a response that is no JSON.
        sys.exit(f"{URL}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
