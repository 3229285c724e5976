"""``python -m tests.faults``: the hunt, on screen."""

import sys

from tests.faults.hunt import main

sys.exit(main())
