"""How gunicorn runs the web process of the Procfile. It reads `PORT` and `WEB_CONCURRENCY` by itself."""

from gunicorn.glogging import Logger

from logs import configure_logs

worker_class = "gthread"
threads = 8
# The control socket would be made in the home folder: read-only in a container, shared by a user's instances.
control_socket_disable = True


class logger_class(Logger):  # type: ignore[misc]  # noqa: N801 - untyped; gunicorn looks for this name
    """Has the master tell its events as all our processes do."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        configure_logs()
