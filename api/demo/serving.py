"""Serve the invented county: the web and the worker in one process, and the links once the server answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from api import worker
from api.demo import load
from api.main import create_app
from api.settings import Settings
from api.worker import Workshop


def serve_county(
    settings: Settings,
    make_workshop: Callable[[Settings], Workshop],
    port: int,
    announce: Callable[[dict[str, Any]], None],
) -> None:
    """Serve until Ctrl-C. ``announce`` gets fresh links as soon as pages can be opened."""
    app = create_app(settings)
    stop = threading.Event()
    helper = threading.Thread(target=worker.run, args=(make_workshop(settings), stop), name="worker", daemon=True)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, access_log=False, log_config=None, server_header=False)
    )

    def tell_when_ready() -> None:
        while not server.started:
            if stop.is_set():
                return
            time.sleep(0.05)
        announce(load.fresh_links(app.state.joined))

    helper.start()
    threading.Thread(target=tell_when_ready, name="links", daemon=True).start()
    try:
        server.run()
    finally:
        stop.set()
        helper.join(timeout=10)
