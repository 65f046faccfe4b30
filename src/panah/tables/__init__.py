"""Tables that people send: CSV, XLSX and ODS in, CSV out. What the file is, its content decides, never its name."""

from .reading import parse_table, read_table
from .table import Row, Table
from .writing import csv_text, write_csv

__all__ = ["Row", "Table", "csv_text", "parse_table", "read_table", "write_csv"]
