#!/usr/bin/env python3
"""Measure Suture side by side with PyTorch, transformers, PEFT and SciPy.

usage: benchmark.py --suture BINARIES --model MODEL.gguf --work DIR --output benchmark.json
                    [--repeats 5] [--threads N] [--only gradients,spectra,...]

Within a section the contenders take turns on the same inputs with the same number of threads, and
medians are compared. What one section finds is written before the next begins.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform

from measuring import note
import sections


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def write(path, results):
    part = path.with_name(f".part-{path.name}")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suture", required=True, help="folder of the executables")
    parser.add_argument("--model", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path, help="for temporary files")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", help="comma-separated sections: " + ", ".join(sections.ALL))
    arguments = parser.parse_args()
    chosen = arguments.only.split(",") if arguments.only else list(sections.ALL)
    unknown = [name for name in chosen if name not in sections.ALL]
    if unknown:
        parser.error(f"no section {unknown[0]!r}")
    arguments.work.mkdir(parents=True, exist_ok=True)
    results = {}
    if arguments.only and arguments.output.exists():
        results = json.loads(arguments.output.read_text(encoding="utf-8"))
        if "kernels" not in results["machine"]:
            parser.error(f"{arguments.output} is of an earlier benchmark: run all sections, or remove it")
    results["machine"] = {"date": datetime.date.today().isoformat(), "cpu": processor(), "threads": arguments.threads,
                          "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
                          "kernels": sections.kernels(arguments), **sections.versions()}
    for name in chosen:
        note(name)
        results[name] = sections.ALL[name](arguments)
        write(arguments.output, results)


if __name__ == "__main__":
    main()
