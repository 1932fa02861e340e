"""Reads .drv files, and parts what a system is made of in two: what is text or commands, which is
built for real, and packages, which are filled from Debian's (the frontier)."""

import collections
import functools
import json

# Derivations that have a source or look like a package, and are configuration all the same.
BUILT = ("50-coredump.conf", "builder.pl", "stage-2-init.sh", "sudoers")


class Derivation:
    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            self.text = file.read()
        outputs, inputs, self.sources, _, _, _, environment = _parse(self.text)
        self.outputs = {name: path for name, path, *_ in outputs}
        self.fixed = any(hash_kind for _, _, hash_kind, _ in outputs)
        self.inputs = dict(inputs)
        self.environment = dict(environment)
        # Structured attributes are all in one variable.
        if "__json" in self.environment:
            self.environment = json.loads(self.environment["__json"])

    @property
    def name(self):
        return self.environment.get("name", "")

    def is_configuration(self):
        if self.name in BUILT or self.name.startswith("linux-") and self.name.endswith("-shrunk"):
            return True
        if self.fixed or self.environment.get("src") or self.environment.get("srcs"):
            return False
        return any(
            self.environment.get(key) for key in ("buildCommand", "buildCommandPath")
        ) or self.environment.get("text") is not None


@functools.cache
def derivation(path):
    return Derivation(path)


def _parse(text):
    """The fields of `Derive(...)`: nested lists of strings."""
    position = len("Derive(")

    def string():
        nonlocal position
        position += 1
        parts = []
        while True:
            start = position
            while text[position] not in '"\\':
                position += 1
            parts.append(text[start:position])
            position += 1
            if text[position - 1] == '"':
                return "".join(parts)
            parts.append({"n": "\n", "t": "\t", "r": "\r"}.get(text[position], text[position]))
            position += 1

    def value():
        nonlocal position
        if text[position] == '"':
            return string()
        close = {"[": "]", "(": ")"}[text[position]]
        position += 1
        values = items(close)
        position += 1
        return values

    def items(close):
        nonlocal position
        values = []
        while text[position] != close:
            if text[position] == ",":
                position += 1
            values.append(value())
        return values

    return items(")")


def part(root):
    """The derivations to build, and the outputs at the frontier: path to (derivation, name)."""
    built, frontier = [], {}
    queue, seen = collections.deque([root]), {root}
    while queue:
        here = derivation(queue.popleft())
        built.append(here)
        for path, names in here.inputs.items():
            needed = derivation(path)
            if not needed.is_configuration():
                frontier.update({needed.outputs[name]: (needed, name) for name in names})
            elif path not in seen:
                seen.add(path)
                queue.append(path)
    return built, frontier
