"""AWS KMS as moto imitates it, on a free port, with one key: tells where when it is asked, and ends with its input."""

import json
import os
import sys

import boto3
from moto.server import ThreadedMotoServer


def main():
    # Only responses may reach the real standard output, regardless of what a library prints.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    kms = boto3.client(
        "kms", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    answer = {"url": url, "key_arn": kms.create_key()["KeyMetadata"]["Arn"]}
    for _request in sys.stdin.buffer:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    server.stop()


if __name__ == "__main__":
    main()
