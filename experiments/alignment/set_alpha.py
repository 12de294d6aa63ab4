#!/usr/bin/env python3
"""Set the alpha of a PEFT LoRA adapter, and with it how far the adapter moves the model.

usage: set_alpha.py ADAPTER ALPHA
"""

import json
import os
import pathlib
import sys


def main(adapter, alpha):
    path = pathlib.Path(adapter) / "adapter_config.json"
    configuration = json.loads(path.read_text(encoding="utf-8"))
    configuration["lora_alpha"] = float(alpha)
    part = path.with_name(f".part-{path.name}")
    part.write_text(json.dumps(configuration, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
