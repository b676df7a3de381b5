"""Make the virtual environment, or say in one line what is missing. Needs nothing but Python.

Usage: setup_venv.py FOLDER run|demo|dev

Each set holds the ones before it; a set that is there already costs a few milliseconds. This file
must be readable by old Pythons too, so that they can be told that they are too old.
"""

import hashlib
import os
import subprocess
import sys

SETS = ("run", "demo", "dev")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(folder, wanted):
    if sys.version_info < (3, 11):
        version = "%d.%d" % sys.version_info[:2]
        give_up("Python 3.11 or newer is needed, this is %s: try make PYTHON=python3.12" % version)
    lock = os.path.join(ROOT, "requirements", wanted + ".lock")
    stamp = os.path.join(folder, "installed")
    if is_installed(stamp, wanted):
        return
    make_venv(folder)
    print("Installing the %s set, once (about half a minute) ..." % wanted)
    sys.stdout.flush()
    python = os.path.join(folder, "bin", "python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "-r", lock]
    if subprocess.call(command) != 0:
        give_up("pip could not install %s: see its last lines above; then try again" % lock)
    with open(stamp, "w") as file:
        file.write(wanted + "\n" + digest_of(wanted) + "\n")


def is_installed(stamp, wanted):
    try:
        with open(stamp) as file:
            installed, digest = file.read().split()
    except (OSError, ValueError):
        return False
    is_enough = installed in SETS and SETS.index(installed) >= SETS.index(wanted)
    return is_enough and digest == digest_of(installed)


def digest_of(name):
    with open(os.path.join(ROOT, "requirements", name + ".lock"), "rb") as file:
        return hashlib.sha256(file.read() + sys.version.encode()).hexdigest()


def make_venv(folder):
    if os.path.exists(os.path.join(folder, "bin", "python")):
        return
    result = subprocess.run(
        [sys.executable, "-m", "venv", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode != 0:
        give_up(
            "Python's venv module is missing or broken: on Debian and Ubuntu run "
            "apt install python3-venv, then try again"
        )


def give_up(reason):
    sys.stderr.write(reason + "\n")
    raise SystemExit(2)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
