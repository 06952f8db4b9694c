"""The Python DynamoDB Encryption Client behind JSON lines: see ../README.md for the protocol."""

import importlib.metadata
import json
import os
import platform
import sys

import items
import tables
from configuration import Setup

OPERATIONS = {
    "describe": lambda _request: describe(),
    "encrypt": items.encrypt,
    "decrypt": items.decrypt,
    "measure": items.measure,
    "put": tables.put,
    "get": tables.get,
    "query": tables.query,
    "scan": tables.scan,
}

# Loading an RSA key takes longer than using it, so the objects of a setup are cached under its text.
setups = {}


def main():
    # Only responses may reach the real standard output, regardless of what a library prints.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin.buffer:
        answers.write(json.dumps(answer(line), separators=(",", ":")) + "\n")
        answers.flush()


def answer(line):
    try:
        request = json.loads(line)
        if "setup" in request:
            request["setup"] = prepared(request["setup"])
        return OPERATIONS[request["operation"]](request)
    except Exception as error:
        return items.failure(error)


def prepared(description):
    text = json.dumps(description, sort_keys=True)
    if text not in setups:
        setups[text] = Setup(description)
    return setups[text]


def describe():
    return {
        "client": "dynamodb-encryption-sdk",
        "version": importlib.metadata.version("dynamodb-encryption-sdk"),
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
    }


if __name__ == "__main__":
    main()
