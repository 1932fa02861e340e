#!/usr/bin/env python3
"""fill.py ROOT.drv DEBIAN LISTS PROJECT REPORT: fills the outputs at the frontier of a derivation at
the store paths that it expects, prints for nix-store what to register, and writes to REPORT what
stands in for what."""

import json
import os
import re
import shutil
import subprocess
import sys

import derivations
from debian import TREE, Debian
from rules import Filler


def scan(path, hashes):
    """The store paths, of those in `hashes`, that the content of `path` names."""
    pattern = re.compile(rb"/nix/store/([0-9a-z]{32})-")
    found = set()

    def look(content):
        found.update(hashes[h.decode()] for h in pattern.findall(content) if h.decode() in hashes)

    if os.path.isfile(path):
        with open(path, "rb") as file:
            look(file.read())
    for directory, folders, files in os.walk(path):
        for name in folders + files:
            here = os.path.join(directory, name)
            if os.path.islink(here):
                look(os.readlink(here).encode())
            elif os.path.isfile(here) and ".ko" not in name:
                with open(here, "rb") as file:
                    look(file.read())
    return sorted(found)


def registration(filled, frontier):
    """What `nix-store --register-validity` reads."""
    paths = [TREE] + filled
    hashes = {path[11:43]: path for path in paths}
    lines = []
    for path in paths:
        references = [TREE] if path == TREE else scan(path, hashes)
        deriver = frontier[path][0].path if path in frontier else ""
        lines += [path, deriver, str(len(references)), *references]
    return "\n".join(lines) + "\n"


def clear(path):
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        subprocess.run(["chmod", "-R", "u+w", path], check=True)
        shutil.rmtree(path)


def main(root, unpacked, lists, project, report):
    debian = Debian(unpacked, lists)
    debian.make_tree()
    built, frontier = derivations.part(root)
    filler = Filler(debian, built, frontier, project)
    filled = sorted(frontier, key=lambda path: path[44:])
    for path in filled:
        clear(path)
        filler.fill(path)
    filler.add_what_is_asked_for()
    with open(report, "w", encoding="utf-8") as file:
        json.dump(
            {
                "built": sorted(item.name for item in built),
                "filled": [path[44:] for path in filled],
                "stand-ins": filler.stand_ins,
                "missing": filler.missing(),
            },
            file,
            indent=1,
        )
    # What is in a store has no times.
    subprocess.run(["find", TREE, *filled, "-exec", "touch", "-h", "-d", "@1", "{}", "+"], check=True)
    sys.stdout.write(registration(filled, frontier))


main(*sys.argv[1:])
