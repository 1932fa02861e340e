#!/usr/bin/python3
"""What nixpkgs' make-initrd-ng does, which is in Rust: copies the listed files into an initrd's tree
with all that their links and libraries lead to."""

import collections
import json
import os
import shutil
import subprocess
import sys

PRIORITIES = {"required": 0, "recommended": 1, "suggested": 2}


def readelf(*arguments):
    return subprocess.run(
        ["/usr/bin/readelf", "-W", *arguments], capture_output=True, text=True, check=False
    ).stdout.splitlines()


class Tree:
    def __init__(self, root):
        self.root = root
        self.queue = collections.deque()
        self.seen = set()

    def push(self, path, dlopen):
        key = path, json.dumps(dlopen)
        if key not in self.seen:
            self.seen.add(key)
            self.queue.append((path, dlopen))

    def run(self):
        while self.queue:
            self.copy(*self.queue.popleft())

    def copy(self, path, dlopen):
        parts = [part for part in path.split("/") if part not in ("", ".")]
        here = "/"
        for index, part in enumerate(parts):
            rest = parts[index + 1 :]
            here = os.path.dirname(here) if part == ".." else os.path.join(here, part)
            if part == "..":
                continue
            if os.path.islink(here):
                self.copy_link(here, rest, dlopen)
                return
            if os.path.isdir(here):
                os.makedirs(self.root + here, exist_ok=True)
                if not rest:
                    for entry in os.listdir(here):
                        self.push(os.path.join(here, entry), dlopen)
            elif os.path.isfile(here):
                self.copy_file(here, dlopen)
            else:
                sys.exit(f"make-initrd-ng: {here} does not exist")

    def copy_link(self, link, rest, dlopen):
        target = os.readlink(link)
        if not os.path.lexists(self.root + link):
            os.symlink(target, self.root + link)
        followed = os.path.join(os.path.dirname(link), target, *rest)
        if os.path.exists(followed):
            self.push(followed, dlopen)

    def copy_file(self, path, dlopen):
        if os.path.exists(self.root + path):
            return
        shutil.copy(path, self.root + path)
        self.push_libraries(path, dlopen)
        wrapped = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}-wrapped")
        if os.path.exists(wrapped):
            self.push(wrapped, dlopen)

    def push_libraries(self, path, dlopen):
        with open(path, "rb") as file:
            if file.read(4) != b"\x7fELF":
                return
        wanted, places = [], []
        for line in readelf("-l", "-d", path):
            if "Requesting program interpreter" in line:
                self.push(line.split(": ")[1].rstrip("]"), dlopen)
            elif "(NEEDED)" in line:
                wanted.append(line.split("[")[1].rstrip("]"))
            elif "(RUNPATH)" in line or "(RPATH)" in line:
                places = line.split("[")[1].rstrip("]").split(":")
        for name in wanted + dlopened(path, dlopen):
            found = [place for place in places if os.path.exists(f"{place}/{name}")]
            if found:
                self.push(f"{found[0]}/{name}", dlopen)


def dlopened(path, dlopen):
    """The libraries that the ELF notes of a program name, as far as they are asked for."""
    notes = b""
    for line in readelf("-S", path):
        if ".note.dlopen" in line:
            words = line.split(".note.dlopen")[1].split()
            with open(path, "rb") as file:
                file.seek(int(words[2], 16))
                notes = file.read(int(words[3], 16))
    names, at = [], 0
    while at + 12 <= len(notes):
        name_size, size = (int.from_bytes(notes[at + 4 * i : at + 4 * i + 4], "little") for i in (0, 1))
        at += 12 + (name_size + 3) // 4 * 4
        for entry in json.loads(notes[at : at + size].split(b"\0")[0] or b"[]"):
            asked = PRIORITIES[dlopen["usePriority"]] >= PRIORITIES[entry.get("priority", "recommended")]
            if asked or entry.get("feature") in dlopen["features"]:
                names += entry["soname"]
        at += (size + 3) // 4 * 4
    return names


def main(contents, root):
    os.umask(0o022)
    tree = Tree(root)
    with open(contents, encoding="utf-8") as file:
        entries = json.load(file)
    for entry in entries:
        tree.push(entry["source"], entry.get("dlopen") or {"usePriority": "recommended", "features": []})
        if entry.get("target"):
            link = f"{root}/{entry['target']}"
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(entry["source"], link)
    tree.run()


main(*sys.argv[1:3])
