"""Tables in Parquet, read some rows at a time by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accelgen.data.formats.tables import label_columns
from accelgen.data.formats.values import Samples, Values, labelled, rows_at_once
from accelgen.errors import DataError, at
from accelgen.optional import needed

__all__ = ["read_parquet"]


def read_parquet(path: Path, labels: tuple[str, ...] | None, ignore: tuple[str, ...] = ()) -> Samples:
    """Read a table; see `accelgen.data.formats.csv_table.read_csv`.

    Raises
    ------
    DataError
        If it is no such table, or a column holds no numbers.
    """
    with needed():
        import pyarrow as arrow
        from pyarrow import parquet
    with at(path):
        try:
            with parquet.ParquetFile(path) as file:
                schema, count = file.schema_arrow, file.metadata.num_rows
            columns = tuple(schema.names[n] for n in label_columns(list(schema.names), labels, ignore))
            left_out = {*columns, *ignore}
            numbers = (arrow.types.is_integer, arrow.types.is_floating, arrow.types.is_boolean)
            for field in schema:
                if field.name not in left_out and not any(test(field.type) for test in numbers):
                    raise DataError(f"column {field.name!r}: must hold numbers, not {field.type}")
            with parquet.ParquetFile(path) as file:
                table = file.read(columns=list(columns))
            entries = [table.column(name).to_pylist() for name in columns]
        except DataError:
            raise
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or error}") from error
        except Exception as error:  # a damaged file raises errors of many kinds
            raise DataError(f"is no whole Parquet file: {' '.join(str(error).split())}") from error
        for name, column in zip(columns, entries, strict=True):
            if None in column:
                raise DataError(f"row {column.index(None)}, column {name!r}: has no label")
    features = tuple(name for name in schema.names if name not in left_out)

    def pieces() -> Iterator[np.ndarray]:
        with at(path):
            try:
                with parquet.ParquetFile(path) as file:
                    step = rows_at_once(8 * len(features))
                    for batch in file.iter_batches(step, columns=list(features)):
                        columns = [
                            batch.column(n).cast(arrow.float64(), safe=False) for n in range(len(features))
                        ]
                        yield np.stack([part.to_numpy(zero_copy_only=False) for part in columns], axis=1)
            except Exception as error:
                raise DataError(f"is damaged: {' '.join(str(error).split())}") from error

    values = Values(str(path), count, (len(features),), False, pieces, features)
    words = np.array([[str(entry) for entry in row] for row in zip(*entries, strict=True)])
    return labelled(values, words, str(path), columns)
