"""Read files of NIR from a number on, in a process that their damage may end."""

import resource
import sys
import warnings
from pathlib import Path

from accelgen.errors import AccelgenError
from accelgen.interop.spiking.read import read

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    warnings.simplefilter("error")
    files = sorted(Path(sys.argv[1]).glob("*.nir"))
    for number in range(int(sys.argv[2]), len(files)):
        print(number, flush=True)
        try:
            read(files[number])
        except AccelgenError as error:
            assert str(error).startswith(f"{files[number]}: "), error
