"""gunicorn's settings for the transport's tests: close the websockets as soon as the worker gets SIGTERM."""

import threading
import time

worker_connections = 2000
graceful_timeout = 20
threads = 300
control_socket_disable = True


def post_worker_init(worker):
    """Watch for the end."""
    import transport_server

    from queue_app.live.transport import close_all

    def watch():
        while worker.alive:
            time.sleep(0.1)
        close_all(transport_server.sio)

    threading.Thread(target=watch, daemon=True).start()
