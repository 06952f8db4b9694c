"""Items of a request, one by one, through the client's item-level functions."""

import base64
import time

from boto3.dynamodb.types import Binary
from dynamodb_encryption_sdk.encrypted.item import decrypt_dynamodb_item, encrypt_dynamodb_item


def encrypt(request):
    return {"results": [_attempt(encrypt_dynamodb_item, item, request["setup"]) for item in request["items"]]}


def decrypt(request):
    return {"results": [_attempt(decrypt_dynamodb_item, item, request["setup"]) for item in request["items"]]}


def measure(request):
    setup, seconds = request["setup"], request["seconds"]
    [item] = [from_json(item) for item in request["items"]]
    stored = _apply(encrypt_dynamodb_item, item, setup)
    return {
        "encrypt": _microseconds(lambda: _apply(encrypt_dynamodb_item, item, setup), seconds),
        # A copy each time, for the same reason as below.
        "decrypt": _microseconds(lambda: _apply(decrypt_dynamodb_item, dict(stored), setup), seconds),
    }


def _microseconds(work, seconds):
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        work()
        count += 1
    return elapsed * 1e6 / count


def _attempt(function, item, setup):
    try:
        return {"item": to_json(_apply(function, from_json(item), setup))}
    except Exception as error:
        return failure(error)


def _apply(function, item, setup):
    # The context gets a copy, because the client removes the reserved attributes from the item that it decrypts.
    return function(item, setup.crypto_config.with_item(dict(item)))


def failure(error):
    described = {"class": f"{type(error).__module__}.{type(error).__qualname__}", "message": str(error)}
    if error.__cause__ is not None:
        described["cause"] = failure(error.__cause__)["error"]
    return {"error": described}


def from_json(item):
    """DynamoDB JSON with base64, as the DynamoDB client takes it: with bytes."""
    return {name: value_from_json(value) for name, value in item.items()}


def value_from_json(value):
    [(tag, content)] = value.items()
    if tag == "B":
        content = base64.b64decode(content, validate=True)
    elif tag == "BS":
        content = [base64.b64decode(member, validate=True) for member in content]
    elif tag == "L":
        content = [value_from_json(member) for member in content]
    elif tag == "M":
        content = from_json(content)
    return {tag: content}


def to_json(item):
    return {name: value_to_json(value) for name, value in item.items()}


def value_to_json(value):
    [(tag, content)] = value.items()
    if tag == "B":
        content = _base64(content)
    elif tag == "BS":
        content = [_base64(member) for member in content]
    elif tag == "L":
        content = [value_to_json(member) for member in content]
    elif tag == "M":
        content = to_json(content)
    elif tag in ("SS", "NS"):
        content = list(content)
    return {tag: content}


def _base64(content):
    if isinstance(content, Binary):
        content = content.value
    return base64.b64encode(content).decode("ascii")
