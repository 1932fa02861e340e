"""Debian's packages, unpacked: one tree of them in the store, with its programs and libraries made
to find each other there, and what came from which package."""

import glob
import os
import re
import shutil
import subprocess

# A store path as any other, but for its hash, which nothing computed.
TREE = "/nix/store/d3b1and3b1and3b1and3b1and3b1and3-debian"
LIBRARIES = "/usr/lib/x86_64-linux-gnu"
LOADER = "/usr/lib64/ld-linux-x86-64.so.2"

UNUSED = (
    "games include lib/firmware lib/modules share/X11 share/doc share/fonts share/i18n share/info "
    "share/lintian share/locale share/man share/xkeyboard-config-2 src"
).split()
# Debian's maintainer scripts would choose these.
ALTERNATIVES = {"awk": "gawk", "nc": "nc.openbsd", "which": "which.debianutils"}
# The C library finds its parts by itself, and what runs in perl loads nothing but that.
LEFT_ALONE = re.compile(
    r"/(libc|ld-linux-x86-64|libm|libdl|libpthread|librt|libresolv|libnss_|libanl|libutil)[.-][^/]*$|/perl[^/]*/|/gconv/"
)


class Debian:
    def __init__(self, unpacked, lists):
        self.source = unpacked
        self.lists = lists
        self.kernel_version = os.listdir(f"{unpacked}/usr/lib/modules")[0]
        self.modules = f"{unpacked}/usr/lib/modules/{self.kernel_version}"

    def files(self, package):
        """The paths of a package's files, from the root; none if it does not exist."""
        file = f"{self.lists}/{package}"
        if not os.path.exists(file):
            return []
        with open(file, encoding="utf-8") as lines:
            return lines.read().splitlines()

    def libraries(self, pattern):
        """Those that match, below TREE."""
        return [TREE + path[len(self.source) :] for path in glob.glob(f"{self.source}{LIBRARIES}/{pattern}")]

    def make_tree(self):
        if os.path.exists(TREE):
            return
        unfinished = TREE + ".unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        for part in ("usr", "etc"):
            subprocess.run(["cp", "-a", f"{self.source}/{part}", unfinished], check=True)
        for part in UNUSED:
            shutil.rmtree(f"{unfinished}/usr/{part}", ignore_errors=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            os.symlink(f"usr/{name}", f"{unfinished}/{name}")
        for name, target in ALTERNATIVES.items():
            if not os.path.lexists(f"{unfinished}/usr/bin/{name}"):
                os.symlink(target, f"{unfinished}/usr/bin/{name}")
        for directory, folders, files in os.walk(unfinished):
            for name in folders + files:
                self._settle(os.path.join(directory, name))
        os.rename(unfinished, TREE)

    def _settle(self, path):
        if os.path.islink(path):
            target = os.readlink(path)
            if target.startswith(("/usr/", "/etc/", "/lib/", "/bin/")):
                os.unlink(path)
                os.symlink(TREE + target, path)
        elif os.path.isfile(path) and not LEFT_ALONE.search(path):
            with open(path, "rb") as file:
                if file.read(4) != b"\x7fELF":
                    return
            self._patch(path)

    def _patch(self, path):
        """Interpreter and library path lead into TREE."""
        mode = os.stat(path).st_mode
        os.chmod(path, mode | 0o200)
        search = ":".join(
            TREE + place for place in (LIBRARIES, LIBRARIES + "/systemd", "/usr/libexec/sudo")
        )
        arguments = ["--set-rpath", search]
        if self._patchelf("--print-interpreter", path).returncode == 0:
            arguments += ["--set-interpreter", TREE + LOADER]
        elif ".so" not in path and not self._patchelf("--print-needed", path).stdout:
            return  # linked statically
        patched = self._patchelf(*arguments, path)
        if patched.returncode:
            raise SystemExit(f"patchelf: {path}: {patched.stderr}")
        os.chmod(path, mode)

    def _patchelf(self, *arguments):
        return subprocess.run(
            [
                self.source + LOADER,
                "--library-path",
                self.source + LIBRARIES,
                f"{self.source}/usr/bin/patchelf",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
