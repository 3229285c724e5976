"""What pyproject.toml cannot say: top-level folders that a wheel carries within the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
#: What `accelgen.shipped` looks for under ``accelgen/share``; proofs need a checkout, and stay there.
SHARED = {"models": ("checkpoints",), "sim": ("formal", "*.sh", "__pycache__")}


class Build(build_py):
    """Put ``models`` and ``sim`` into the package, unless it is only linked to."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        share = Path(self.build_lib) / "accelgen" / "share"
        shutil.rmtree(share, ignore_errors=True)  # of an earlier build
        for name, left in SHARED.items():
            shutil.copytree(ROOT / name, share / name, ignore=shutil.ignore_patterns(*left))


setup(cmdclass={"build_py": Build})
