"""Networks of ours as files of exchange formats, which other tools run."""
