"""Our side of the benchmark: a running `measure-speed`, and whole processes."""

import json
import os
import subprocess
import time


class Suture:
    """A `measure-speed` that holds a model and takes one measurement a request."""

    def __init__(self, binaries, model, examples, prompts=None, threads=2, flags=()):
        command = [os.path.join(binaries, "measure-speed"), "--model", model, "--examples", examples,
                   "--threads", str(threads), "--quiet", *flags]
        if prompts:
            command += ["--prompts", prompts]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, request):
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"measure-speed ended at {request!r} with {self.process.wait()}")
        return json.loads(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def run_process(command, **options):
    """Seconds and peak resident bytes of a whole process; its output is dropped."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {errors[-2000:]}")
    return {"seconds": seconds, "peak_bytes": usage.ru_maxrss * 1024}
