"""Our side of the benchmark: a running `measure-speed`, and whole processes."""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


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


def run_process(command):
    """Seconds and peaks of memory of a whole process; its output is dropped."""
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", str(HERE / "peak_memory.py"), *command],
        capture_output=True, text=True, errors="replace")
    if outcome.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {outcome.returncode}: {outcome.stderr[-2000:]}")
    return json.loads(outcome.stdout)
