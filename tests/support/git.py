"""Run git as somebody, wherever the tests run."""

import subprocess


def git(root, *arguments):
    """Return what git prints in the folder `root`."""
    whom = "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"
    command = "git", *whom, *arguments
    ran = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return ran.stdout
