"""Readers of data of one's own, one for each form of file; all give `accelgen.data.formats.values.Found`."""
