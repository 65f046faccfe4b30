"""Where pairs are compared: DuckDB in memory, or a Spark cluster. Both speak the same SQL of ours.

Records hold names: DuckDB never touches the disk; Spark spills where the cluster was told to, which is its keeper's
affair (docs/how-to/link-at-scale.md).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from panah.errors import MissingExtra, NotConfigured

from .comparisons import MACROS, SPARK_FUNCTIONS

if TYPE_CHECKING:
    import pyarrow as pa

ENGINES = ("duckdb", "spark")
LOCAL_SPARK = "local[2]"
THREADS = 2


class Backend(Protocol):
    """A database with the table ``records`` and the functions that the levels use."""

    small: bool
    """Whether every pair of a small list is compared at once; a cluster is not for small lists."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...
    def arrow(self, sql: str) -> pa.Table: ...
    def register(self, name: str, table: pa.Table) -> None: ...
    def columns(self) -> list[str]: ...
    def use_threads(self) -> None: ...
    def splink(self) -> Any: ...


class DuckDB:
    """In memory; one thread and one order until told otherwise, so that sums are the same each time."""

    small = True

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return found

    def arrow(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    def register(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def columns(self) -> list[str]:
        return [str(row[0]) for row in self.rows("describe records")]

    def use_threads(self) -> None:
        self.connection.execute(f"set threads = {THREADS}")

    def splink(self) -> Any:
        from splink import DuckDBAPI

        return DuckDBAPI(self.connection)


class Spark:
    """A Spark session with Splink's functions of likeness and ours."""

    small = False

    def __init__(self, session: Any) -> None:
        self.session = session

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def arrow(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    def register(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(table).createOrReplaceTempView(name)

    def columns(self) -> list[str]:
        return list(self.session.table("records").columns)

    def use_threads(self) -> None:
        """Spark has its own."""

    def splink(self) -> Any:
        from splink import SparkAPI

        api: Any = SparkAPI  # untyped
        # a checkpoint would write names to disk
        partitions = int(self.session.conf.get("spark.sql.shuffle.partitions"))
        return api(spark_session=self.session, break_lineage_method="persist", num_partitions_on_repartition=partitions)


def database(
    table: pa.Table, seed: int, *, engine: str = "duckdb", spark_url: str | None = None
) -> contextlib.AbstractContextManager[Backend]:
    """A backend that holds the table of features as ``records``; it keeps no reference to the table itself.

    Raises:
        NotConfigured: No such engine, no Java, or the cluster cannot be reached.
        MissingExtra: Spark is asked for and not installed.
    """
    if engine == "duckdb":
        return _duckdb(table, seed)
    if engine == "spark":
        return _spark(table, spark_url or LOCAL_SPARK)
    raise NotConfigured(f"no engine {engine}", where="--engine", hint=f"engines are: {', '.join(ENGINES)}")


@contextlib.contextmanager
def _duckdb(table: pa.Table | None, seed: int) -> Iterator[DuckDB]:
    import duckdb

    with contextlib.closing(duckdb.connect(":memory:", config={"threads": 1})) as connection:
        # a spill file on disk would hold names
        connection.execute("set temp_directory = ''")
        # a job of some seconds would print over what the command says
        connection.execute("set enable_progress_bar = false")
        connection.execute("select setseed(?)", [(seed % 1_000_003) / 1_000_003]).fetchall()
        for head, body in MACROS.items():
            connection.execute(f"create or replace macro {head} as ({body})")
        connection.register("given", table)
        connection.execute("create table records as select * from given order by unique_id")
        connection.unregister("given")
        table = None  # or the records would be in memory twice, as long as the database is open
        yield DuckDB(connection)


@contextlib.contextmanager
def _spark(table: pa.Table, url: str) -> Iterator[Spark]:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
        from splink.internals.spark.jar_location import similarity_jar_location
    except ImportError as error:
        raise MissingExtra("spark", "--engine spark") from error
    if shutil.which("java") is None:
        raise NotConfigured("no Java on this machine", where="--engine spark", hint="install Java 17 or later")
    # a cluster's keeper says how much memory there is
    sizes: dict[str, Any] = {"spark.sql.shuffle.partitions": "400"}
    if url.startswith("local"):
        sizes = {"spark.sql.shuffle.partitions": "2", "spark.driver.memory": "2g"}
    try:
        session = (
            SparkSession.builder.master(url)
            .appName("panah link")
            .config("spark.jars", similarity_jar_location())
            .config(map=sizes)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
    except (PySparkException, OSError, RuntimeError) as error:
        raise NotConfigured("Spark does not start", where=f"--spark-url {url}", hint="check the address") from error
    try:
        backend = Spark(session)
        backend.register("records", table)
        backend.splink()  # registers the functions of likeness that ours call
        for head, body in SPARK_FUNCTIONS.items():
            session.sql(f"create or replace temporary function {head} return {body}")
        yield backend
    finally:
        session.stop()
