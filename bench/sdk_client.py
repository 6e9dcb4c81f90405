"""A shop's server that speaks through Segment's client for Python: `python -m bench.sdk_client HOST KEY COUNT`.

It says the messages m-0, m-1, ... about the products p-0, p-1, ..., and at its end which the client has given up.
"""

import json
import sys
import time

from segment.analytics.client import Client

_BATCH = 100
_HELD = 20_000  # what waits in memory; a million at once would be 2 GB


def main(host: str, key: str, count: str) -> None:
    """Say it all, and do not leave before the last batch is answered."""
    lost: list[str] = []

    def given_up(_: Exception, batch: list[dict[str, str]]) -> None:
        lost.extend(one["messageId"] for one in batch)

    # The queue itself is longer: what the client puts back after a 429 must find room.
    client = Client(key, host=host, max_queue_size=2 * _HELD, upload_size=_BATCH, max_retries=1000, on_error=given_up)
    for number in range(int(count)):
        client.track(f"user-{number % 5000}", "Product Viewed", {"product_id": f"p-{number}"}, message_id=f"m-{number}")
        while client.queue.qsize() >= _HELD:
            time.sleep(0.05)
    client.flush()
    client.join()
    print(json.dumps({"lost": lost}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
