"""A process that takes turns from several threads, each when the one before has come; run by `test_redis_turns`.

It takes the URL, the prefix, the rate, the number of threads and for how many seconds, and prints when each turn came,
by the server's clock.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import redis

from msgkit.client import RedisTurns


def main() -> None:
    """Take turns until the time is over."""
    url, prefix, rate, threads, seconds = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
    turns, server = RedisTurns(url, prefix), redis.Redis.from_url(url)
    end = time.monotonic() + seconds

    def work(_: int) -> list[float]:
        came = []
        while (wait := turns.take("a", rate, end - time.monotonic())) is not None:
            time.sleep(wait)
            second, microseconds = server.time()
            came.append(second + microseconds / 1e6)
        return came

    with ThreadPoolExecutor(int(threads)) as pool:
        for came in pool.map(work, range(int(threads))):
            for each in came:
                sys.stdout.write(f"{each!r}\n")
    turns.close()
    server.close()


if __name__ == "__main__":
    main()
