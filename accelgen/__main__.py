"""``python -m accelgen``."""

from accelgen.cli import main

main()
