"""gunicorn's settings for the transport's tests: close the websockets as soon as the worker gets SIGTERM."""

import signal
import threading

worker_connections = 2000
graceful_timeout = 20
threads = 300
control_socket_disable = True


def post_worker_init(worker):
    """Close them beside what the worker itself does about the signal, and not within it, where nothing may block."""
    import transport_server

    from queue_app.live.transport import close_all

    ending = threading.Event()

    def watch():
        ending.wait()
        close_all(transport_server.sio)

    def stop(number, frame):
        worker.handle_exit(number, frame)
        ending.set()

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGTERM, stop)
