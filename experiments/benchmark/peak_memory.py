#!/usr/bin/env python3
"""Run a command and print the seconds that it took and the most memory that it had, as JSON.

usage: peak_memory.py COMMAND...

Two peaks: of all pages, among them those of mapped files, which the system takes back when it needs them
(`ru_maxrss`), and of those that are the process's alone (`RssAnon`, looked at a hundred times a second).

What the system says of a process's memory includes that of the process which started it. So it is
this small one that does, and not the benchmark with its models.
"""

import json
import os
import select
import sys
import time


def anonymous_bytes(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def main():
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        os.execvp(sys.argv[1], sys.argv[1:])
    most, ended = 0, select.poll()
    ended.register(os.pidfd_open(child), select.POLLIN)
    while not ended.poll(10):
        most = max(most, anonymous_bytes(child))
    seconds = time.perf_counter() - start
    _, status, usage = os.wait4(child, 0)
    print(json.dumps({"seconds": seconds, "peak_bytes": usage.ru_maxrss * 1024,
                      "anonymous_bytes": most}))
    sys.exit(min(255, abs(os.waitstatus_to_exitcode(status))))


if __name__ == "__main__":
    main()
