"""Starting Spark, the second engine of what is too large for one machine. An extra: most places never need it."""

from __future__ import annotations

import os  # noqa: TID251  how many processors there are
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _


class SparkMissing(Exception):
    """Spark is not installed, or does not start; one sentence for the person who asked for it."""


def not_installed() -> SparkMissing:
    """What to say where pyspark, or what comes with it, is not there."""
    return SparkMissing(
        _("Spark is not installed here. Run: pip install -r requirements-spark.txt. It also needs Java 17.")
    )


def spark_session(name: str, folder: Path, more: Mapping[str, str]) -> Any:
    """Spark at ``SPARK_MASTER``, working in ``folder``, which the caller removes; ``more``: what the work needs set.

    What a cluster needs besides stands in Spark's own spark-defaults.conf. Raises SparkMissing.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise not_installed() from None
    told = {
        "spark.ui.enabled": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    if settings.SPARK_MASTER.startswith("local"):
        told |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        told["spark.sql.shuffle.partitions"] = str(2 * (os.cpu_count() or 1))
    builder = SparkSession.builder.master(settings.SPARK_MASTER).appName(name)
    for key, value in (told | dict(more)).items():
        builder = builder.config(key, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyspark's own
            spark = builder.getOrCreate()
    except (PySparkException, OSError):
        raise SparkMissing(_("Spark did not start. It needs Java 17 and, on a cluster, its address.")) from None
    spark.sparkContext.setLogLevel("ERROR")
    return spark
