#!/usr/bin/env python3
"""Run a command and print the seconds that it took and the most memory that it had, as JSON.

usage: peak_memory.py COMMAND...

What the system says of a process's memory includes that of the process which started it. So it is
this small one that does, and not the benchmark with its models.
"""

import json
import os
import sys
import time

start = time.perf_counter()
child = os.fork()
if child == 0:
    os.dup2(2, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(json.dumps({"seconds": time.perf_counter() - start, "peak_bytes": usage.ru_maxrss * 1024}))
sys.exit(min(255, abs(os.waitstatus_to_exitcode(status))))
