"""How gunicorn runs the web process of the Procfile. It reads `PORT` and `WEB_CONCURRENCY` by itself."""

worker_class = "gthread"
threads = 8
# The control socket would be made in the home folder: read-only in a container, shared by a user's instances.
control_socket_disable = True
