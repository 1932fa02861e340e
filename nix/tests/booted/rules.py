"""Which of Debian's files stand in for which output of nixpkgs."""

import glob
import os
import re
import shutil
import subprocess

from debian import LIBRARIES, LOADER, TREE

HERE = os.path.dirname(os.path.abspath(__file__))

# A package of nixpkgs: the Debian packages whose programs and data it gets.
PACKAGES = {
    "acl": "acl",
    "attr": "attr",
    "bash": "bash",
    "bash-completion": "bash-completion",
    "bash-interactive": "bash",
    "bcache-tools": "bcache-tools",
    "bind": "bind9-host",
    "bzip2": "bzip2",
    "coreutils": "coreutils",
    "coreutils-full": "coreutils",
    "cpio": "cpio",
    "curl": "curl",
    "dash": "dash",
    "dbus": "dbus dbus-daemon dbus-bin dbus-system-bus-common dbus-session-bus-common",
    "dbus-broker": "dbus-broker",
    "diffutils": "diffutils",
    "dosfstools": "dosfstools",
    "e2fsprogs": "e2fsprogs",
    "etcdctl": "etcd-client",
    "etcdserver": "etcd-server",
    "etcdutl": "",
    "findutils": "findutils",
    "fontconfig": "fontconfig",
    "gawk": "gawk",
    "glibc": "",
    "gnugrep": "grep",
    "gnupg": "gpg",
    "gnused": "sed",
    "gnutar": "tar",
    "gzip": "gzip",
    "hostname-debian": "hostname",
    "iproute2": "iproute2",
    "iputils": "iputils-ping iputils-tracepath",
    "jq": "jq",
    "kbd": "kbd",
    "kexec-tools": "kexec-tools",
    "kmod": "kmod",
    "less": "less",
    "libcap": "libcap2-bin",
    "libfido2": "",
    "libressl": "",
    "libxslt": "xsltproc",
    "linux-pam": "libpam-modules-bin",
    "lndir": "",
    "lvm2": "lvm2 dmsetup",
    "mdadm": "mdadm",
    "mkpasswd": "",
    "nano": "nano",
    "ncurses": "ncurses-bin",
    "nftables": "nftables",
    "nsncd": "",
    "openresolv": "openresolv",
    "openssh": "openssh-server openssh-client openssh-sftp-server",
    "patch": "patch",
    "perl": "",
    "procps": "procps",
    "shadow": "passwd login util-linux-extra",
    "squashfs": "squashfs-tools",
    "sudo": "sudo",
    "systemd": "systemd udev systemd-container systemd-coredump systemd-oomd systemd-homed "
    "systemd-userdbd systemd-resolved systemd-timesyncd systemd-repart systemd-cryptsetup libpam-systemd",
    "systemd-minimal": "systemd udev",
    "time": "time",
    "util-linux": "util-linux util-linux-extra mount fdisk bsdutils uuid-runtime login",
    "util-linux-minimal": "util-linux util-linux-extra mount fdisk bsdutils",
    "which": "",
    "xauth": "xauth",
    "xz": "xz-utils",
    "zstd": "zstd",
}

# Links that a package has besides: output-relative path to the path below TREE.
LINKS = {
    "bash": {"bin/sh": "usr/bin/bash"},
    "bash-interactive": {"bin/sh": "usr/bin/bash"},
    "gawk": {"bin/awk": "usr/bin/gawk"},
    "libcap": {f"bin/{name}": f"usr/sbin/{name}" for name in ("setcap", "getcap", "capsh")},
    "libressl": {"bin/nc": "usr/bin/nc.openbsd"},
    "lndir": {"bin/lndir": "usr/bin/lndir"},
    "mkpasswd": {"bin/mkpasswd": "usr/bin/mkpasswd"},
    "nsncd": {"bin/nsncd": "usr/libexec/nsncd"},
    "which": {"bin/which": "usr/bin/which.debianutils"},
}

# Files that nixpkgs' modules name, of a content that no machine here depends on.
TEXTS = {
    "bash-completion": {"etc/profile.d/bash_completion.sh": ""},
    "fontconfig": {"etc/fonts/fonts.conf": "<fontconfig/>\n", "etc/fonts/conf.d/.keep": ""},
    "glibc-locales": {"lib/locale/locale-archive": ""},
    "kmod-blacklist": {"modprobe.conf": ""},
    "lvm2": {"libexec/lvresize_fs_helper": "#!/bin/sh\n", "lib/tmpfiles.d/.keep": ""},
    "nano": {"share/nano/extra/.keep": ""},
    "openssh": {"etc/ssh/moduli": ""},
}

# Units, rules and the like are read, so they are copied with their paths made right.
COPIED = re.compile(
    r"/lib/(tmpfiles\.d|sysctl\.d|sysusers\.d|modprobe\.d|udev/rules\.d|systemd/system|systemd/user)/|/share/dbus-1/"
)
LEFT_OUT = re.compile(r"/share/(doc|man|perl|lintian|bug)")
GENERATORS = ("system-generators", "system-environment-generators", "user-generators", "user-environment-generators")
SYSTEMD_FOLDERS = GENERATORS + tuple(
    "system-shutdown system-sleep network ssh_config.d catalog ntp-units.d portable repart system-preset user-preset".split()
)
# nixpkgs moves what is not to be taken as it is.
EXAMPLES = {
    "lib/systemd/system": "example/systemd/system",
    "lib/systemd/user": "example/systemd/user",
    "lib/tmpfiles.d": "example/tmpfiles.d",
    "lib/sysctl.d": "example/sysctl.d",
}
TRUE = "int main(){return 0;}"
REFUSE = "int main(){return 126;}"


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def link(target, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path):
        os.unlink(path)
    os.symlink(target, path)


def copy(source, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(source, path)
    os.chmod(path, os.stat(path).st_mode | 0o200)


def compile_static(path, *sources, program="gcc"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    language = [] if program == "gcc" else ["-std=c++20"]
    subprocess.run([program, *language, "-Os", "-static", "-s", "-Wall", "-Wextra", "-o", path, *sources], check=True)


def compile_text(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run(
        ["gcc", "-Os", "-static", "-s", "-o", path, "-x", "c", "-"], input=text, text=True, check=True
    )


class Filler:
    def __init__(self, debian, built, frontier, project):
        self.debian = debian
        self.built = built
        self.frontier = frontier
        self.project = project
        self.stand_ins = []
        self.text = "\n".join(item.text for item in built)

    # Finding one's way.

    def path_of(self, pattern, output="out"):
        for path, (_, name) in self.frontier.items():
            if name == output and re.match(pattern, path[44:]):
                return path
        raise SystemExit(f"nothing at the frontier is called {pattern}")

    def package_of(self, path):
        item, _ = self.frontier[path]
        return item.environment.get("pname") or re.sub(r"-\d.*", "", item.name)

    # One output.

    def fill(self, path):
        name, output = path[44:], self.frontier[path][1]
        if output in ("man", "doc", "info", "p11kit"):
            os.makedirs(path + "/share/man")
            os.makedirs(path + "/etc/ssl/trust-source")
            return
        for pattern, rule in self.own_rules():
            if re.match(pattern, name):
                rule(path)
                return
        os.makedirs(path)
        package = self.package_of(path)
        if package not in PACKAGES:
            package = re.sub(r"-\d.*", "", name)
        if package == "systemd":
            self.systemd(path)
        elif package in PACKAGES:
            self.from_debian(path, package, output)
        else:
            raise SystemExit(f"no rule for {name}: add it to {__file__}")

    def from_debian(self, path, package, output):
        if output == "lastlog":
            self.put_files(path, "lastlog2")
            link(f"{TREE}{LIBRARIES}/security/pam_lastlog2.so", path + "/lib/security/pam_lastlog2.so")
            os.makedirs(path + "/lib/tmpfiles.d", exist_ok=True)
            return
        self.put_files(path, PACKAGES[package])
        for here, there in LINKS.get(package, {}).items():
            link(f"{TREE}/{there}", f"{path}/{here}")
        for here, text in TEXTS.get(package, {}).items():
            write(f"{path}/{here}", text, 0o755 if text.startswith("#!") else 0o644)
        special = {
            "dbus": self.dbus,
            "glibc": self.glibc,
            "libfido2": self.libfido2,
            "linux-pam": self.pam,
            "ncurses": self.terminals,
            "perl": self.perl,
            "shadow": self.shadow,
        }
        if package in special:
            special[package](path, output)

    def put_files(self, path, packages):
        for package in packages.split():
            for file in self.debian.files(package):
                self.put(path, re.sub("^/usr", "", file))
        if os.path.isdir(path + "/bin") and not os.path.lexists(path + "/sbin"):
            os.symlink("bin", path + "/sbin")

    def put(self, path, file):
        source = f"{self.debian.source}/usr{file}"
        if not os.path.lexists(source):
            return
        program = re.match(r"/(s?bin)/([^/]+)$", file)
        if program:
            link(f"{TREE}/usr{file}", f"{path}/bin/{program[2]}")
        elif COPIED.match(file):
            self.copy_text(source, path + file, path)
        elif file.startswith("/lib/udev/") or file.startswith("/share/") and not LEFT_OUT.match(file):
            link(f"{TREE}/usr{file}", path + file)

    def copy_text(self, source, target, output):
        if os.path.islink(source):
            link(os.readlink(source), target)
            return
        try:
            with open(source, encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            copy(source, target)
            return
        systemd = output if "-systemd-2" in output else f"{TREE}/usr"
        text = re.sub(r"(?<![\w.-])/usr/lib/systemd/(?=[a-z])", f"{systemd}/lib/systemd/", text)
        text = re.sub(r"(?<![\w.-])(/usr)?/(s?bin)/(?=[a-z])", lambda found: f"{TREE}/usr/{found[2]}/", text)
        if "/udev/rules.d/" in target and systemd != output:
            text = re.sub(
                r'(PROGRAM==?"|IMPORT\{program\}==?"|RUN\+?=")([a-z-]+)(?=[ "])',
                lambda found: found[1] + self.udev_program(output, found[2]),
                text,
            )
        write(target, text, os.stat(source).st_mode | 0o200)

    def udev_program(self, output, name):
        return f"{output}/lib/udev/{name}" if os.path.exists(f"{self.debian.source}/usr/lib/udev/{name}") else name

    # Packages that are no copy of Debian's files.

    def own_rules(self):
        """Patterns of names; the first that matches makes the output."""
        return [
            (r"kmod-debian-aliases", lambda path: write(path, "")),
            (r"kmod-blacklist", lambda path: write(path + "/modprobe.conf", "")),
            (r"linux-config", lambda path: copy(self.debian.modules + "/config", path)),
            (r"linux-\d[^-]*-modules$", self.kernel_modules),
            (r"linux-\d[^-]*$", self.kernel),
            (r"stdenv-linux", self.stdenv),
            (r"gcc-wrapper", self.compiler),
            (r"faultline-guest-agent", self.agent),
            (r"security-wrapper", lambda path: compile_text(path + "/bin/security-wrapper", REFUSE)),
            (r"make-initrd-ng", self.make_initrd_ng),
            (r"nixos-init", self.nixos_init),
            (r"nuke-refs", lambda path: write(path + "/bin/nuke-refs", f"#!{self.shell()}\n", 0o755)),
            (r"glibc-locales", lambda path: write(path + "/lib/locale/locale-archive", "")),
            (r"iana-etc", self.iana_etc),
            (r"nss-cacert", self.certificates),
            (r"tzdata", lambda path: link(f"{TREE}/usr/share/zoneinfo", path + "/share/zoneinfo")),
            (r"perl5\.", lambda path: os.makedirs(path + "/lib/perl5/site_perl")),
        ]

    def shell(self):
        return self.path_of(r"bash-\d[^-]*$") + "/bin/bash"

    def kernel(self, path):
        copy(self.debian.modules + "/vmlinuz", path + "/bzImage")
        write(path + "/System.map", "")

    def kernel_modules(self, path):
        target = f"{path}/lib/modules/{self.debian.kernel_version}"
        os.makedirs(os.path.dirname(target))
        shutil.copytree(self.debian.modules, target, symlinks=True)
        for name in ("vmlinuz", "System.map", "config"):
            os.unlink(f"{target}/{name}")
        # Debian's maintainer script would do it.
        depmod = [f"{TREE}/usr/sbin/depmod", "-b", path, self.debian.kernel_version]
        subprocess.run(depmod, check=True)

    def stdenv(self, path):
        environment = self.frontier[path][0].environment
        inputs = environment.get("defaultNativeBuildInputs", "")
        inputs = inputs if isinstance(inputs, list) else inputs.split()
        hooks = " ".join(hook for hook in inputs if hook.endswith(".sh") and os.path.isfile(hook))
        with open(environment["setup"], encoding="utf-8") as file:
            setup = file.read()
        write(
            path + "/setup",
            f"export SHELL={self.shell()}\n"
            f'initialPath="{os.path.dirname(os.path.dirname(self.shell()))} '
            f'{self.path_of("coreutils-[0-9.]+$")} {TREE}/usr"\n'
            f'defaultNativeBuildInputs="{hooks}"\ndefaultBuildInputs=""\n'
            f"{environment.get('preHook', '')}\n{setup}",
        )
        os.makedirs(path + "/nix-support")

    def compiler(self, path):
        for name, real in (("cc", "gcc"), ("gcc", "gcc"), ("c++", "g++"), ("g++", "g++")):
            text = f'#!{self.shell()}\nexport PATH=/usr/bin:/bin\nexec /usr/bin/{real} -static "$@"\n'
            write(f"{path}/bin/{name}", text, 0o755)

    def agent(self, path):
        sources = sorted(glob.glob(self.project + "/fixtures/guest/agent/*.cc"))
        compile_static(path + "/bin/agent", *sources, program="g++")

    def make_initrd_ng(self, path):
        copy(HERE + "/make_initrd_ng.py", path + "/bin/make-initrd-ng")
        os.chmod(path + "/bin/make-initrd-ng", 0o755)

    def nixos_init(self, path):
        compile_static(path + "/bin/nixos-init", HERE + "/nixos_init.c")
        for name in ("initrd-init", "find-etc", "clear-etc-opaque", "resolve-in-root", "env-generator"):
            link("nixos-init", f"{path}/bin/{name}")

    def iana_etc(self, path):
        for name in ("protocols", "services"):
            copy(f"{self.debian.source}/etc/{name}", f"{path}/etc/{name}")

    def certificates(self, path):
        certificates = sorted(glob.glob(self.debian.source + "/usr/share/ca-certificates/mozilla/*.crt"))
        text = ""
        for file in certificates:
            with open(file, encoding="utf-8") as certificate:
                text += certificate.read()
        write(path + "/etc/ssl/certs/ca-bundle.crt", text)

    def dbus(self, path, output):
        if output == "out":
            for name in ("system", "session"):
                copy(f"{self.debian.source}/usr/share/dbus-1/{name}.conf", f"{path}/share/dbus-1/{name}.conf")

    def glibc(self, path, output):
        os.makedirs(path + "/share/man")
        for name in ("getconf", "getent", "ldd", "locale", "localedef", "iconv"):
            link(f"{TREE}/usr/bin/{name}", f"{path}/bin/{name}")
        if output != "out":
            return
        for name in ("libc.so.6", "libm.so.6", "libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"):
            link(f"{TREE}{LIBRARIES}/{name}", f"{path}/lib/{name}")
        link(TREE + LOADER, path + "/lib/ld-linux-x86-64.so.2")
        write(path + "/etc/rpc", "")

    def libfido2(self, path, _):
        for library in self.debian.libraries("libfido2*"):
            link(library, f"{path}/lib/{os.path.basename(library)}")

    def pam(self, path, _):
        for module in self.debian.libraries("security/*.so"):
            link(module, f"{path}/lib/security/{os.path.basename(module)}")

    def terminals(self, path, _):
        for name in ("l/linux", "v/vt100", "v/vt102", "v/vt220"):
            places = [f"{self.debian.source}/{place}/terminfo/{name}" for place in ("usr/share", "usr/lib", "etc")]
            found = [place for place in places if os.path.exists(place)]
            copy(found[0], f"{path}/share/terminfo/{name}") if found else write(f"{path}/share/terminfo/{name}", "")

    def perl(self, path, _):
        version = os.listdir(f"{self.debian.source}/usr/share/perl")
        version = min(version, key=len)
        places = ":".join(
            f"{TREE}/usr/{place}"
            for place in (
                f"lib/x86_64-linux-gnu/perl/{version}",
                f"share/perl/{version}",
                "lib/x86_64-linux-gnu/perl-base",
                "share/perl5",
                f"lib/x86_64-linux-gnu/perl5/{version}",
            )
        )
        write(
            path + "/bin/perl",
            f'#!{self.shell()}\nexport PERL5LIB="${{PERL5LIB:+$PERL5LIB:}}{places}"\n'
            f'exec -a "$0" {TREE}/usr/bin/perl "$@"\n',
            0o755,
        )
        os.makedirs(path + "/lib/perl5/site_perl", exist_ok=True)

    def shadow(self, path, output):
        if output == "su":
            link(f"{TREE}/usr/bin/su", path + "/bin/su")
        if output != "out":
            return
        for name in ("login", "nologin", "sg", "newgrp"):
            for place in ("bin", "sbin"):
                if os.path.exists(f"{self.debian.source}/usr/{place}/{name}"):
                    link(f"{TREE}/usr/{place}/{name}", f"{path}/bin/{name}")
        for name in ("newuidmap", "newgidmap"):
            compile_text(f"{path}/bin/{name}", REFUSE)

    # systemd, whose files modules name one by one.

    def systemd(self, path):
        packages = PACKAGES["systemd"]
        self.put_files(path, packages)
        programs = f"{self.debian.source}/usr/lib/systemd"
        for name in os.listdir(programs):
            if os.path.isfile(f"{programs}/{name}"):
                link(f"{TREE}/usr/lib/systemd/{name}", f"{path}/lib/systemd/{name}")
        owned = {file for package in packages.split() for file in self.debian.files(package)}
        for folder in SYSTEMD_FOLDERS:
            for directory, _, files in os.walk(f"{programs}/{folder}"):
                for name in files:
                    self.put_systemd_file(path, f"{directory}/{name}"[len(self.debian.source) :], folder, owned)
        for source, target in EXAMPLES.items():
            if os.path.isdir(f"{path}/{source}"):
                os.makedirs(os.path.dirname(f"{path}/{target}"), exist_ok=True)
                os.rename(f"{path}/{source}", f"{path}/{target}")
        for place in ("security/pam_systemd.so", "systemd/libsystemd-*", "cryptsetup/*"):
            for library in self.debian.libraries(place):
                folder = {"security": "security", "systemd": "systemd", "cryptsetup": "cryptsetup"}[place.split("/")[0]]
                link(library, f"{path}/lib/{folder}/{os.path.basename(library)}")
        for pattern in ("libsystemd*.so*", "libudev*.so*"):
            for library in self.debian.libraries(pattern):
                link(library, f"{path}/lib/{os.path.basename(library)}")
        for name in ("halt", "poweroff", "reboot", "shutdown", "runlevel", "telinit"):
            link(f"{TREE}/usr/bin/systemctl", f"{path}/bin/{name}")
        link(f"{TREE}/usr/lib/systemd/systemd", path + "/bin/init")

    def put_systemd_file(self, path, file, folder, owned):
        if file not in owned:
            return
        if folder in GENERATORS:
            link(TREE + file, path + file[4:])
        else:
            self.copy_text(self.debian.source + file, path + file[4:], path)

    # What Debian's systemd does not have.

    def add_what_is_asked_for(self):
        systemd = self.path_of(r"systemd-2[0-9.]+$")
        for folder, unit in self.units_asked_for(systemd):
            place = f"{systemd}/example/systemd/{folder}/{unit}"
            if not os.path.lexists(place):
                self.stand_ins.append(f"unit {unit}")
                self.add_unit(place, unit)
        programs = r"(/lib/systemd/(?:system-generators/)?[a-z-]+|/bin/[a-z-]+)"
        for program in sorted(set(re.findall(re.escape(systemd) + programs, self.text))):
            if not os.path.exists(systemd + program):
                self.stand_ins.append(f"program {program}")
                compile_text(systemd + program, TRUE)

    def units_asked_for(self, systemd):
        lists = re.escape(systemd) + r"/example/systemd/(system|user)/\$i"
        found = set()
        for item in self.built:
            for match in re.finditer(r"for i in ([^;$]*); do\\n +fn=" + lists, item.text):
                found.update((match[2], unit) for unit in match[1].split())
        return sorted(found)

    def add_unit(self, place, unit):
        if unit.endswith(".wants"):
            os.makedirs(place)
            return
        text = f"[Unit]\nDescription=Stand-in for {unit}\n"
        if unit.endswith(".service"):
            nothing = self.path_of("coreutils-[0-9.]+$") + "/bin/true"
            text += f"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart={nothing}\n"
        write(place, text)

    def missing(self):
        """Paths below filled outputs that the configuration names and that do not exist."""
        absent = []
        for path in self.frontier:
            for below in set(re.findall(re.escape(path) + r"((?:/[a-zA-Z0-9_.@-]+)+)", self.text)):
                if not os.path.exists(path + below.rstrip(".")):
                    absent.append(re.sub(r"-\d[\w.]*(-\d+)?(?=-|$)", "", path[44:]) + below)
        return sorted(absent)
