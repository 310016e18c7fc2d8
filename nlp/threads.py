"""One thread for linear algebra: matrices of these sizes gain nothing from more, and threads that wait for each other cost processor time.

By measurement: grouping 2,500 texts took 0.5 processor seconds with one thread and 1.5 with two on a busy machine of two
cores. The encoder's threads are onnxruntime's own and not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, numpy and scipy reckon with one thread."""
    import scipy.linalg  # noqa: F401  # brings a library of its own, which could not be told before it is there
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield
