"""The stand-in's process: `python -m tests.twilio_api --port 0` prints {"port": …} and serves until it is stopped."""

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import sys

from aiohttp import web

from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.api import Api
from tests.twilio_api.callbacks import Callbacks
from tests.twilio_api.control import Control
from tests.twilio_api.lives import Lives


async def serve(listener: socket.socket, options: argparse.Namespace) -> None:
    """Answer until SIGTERM, or (with a listener that was passed) until standard input is closed."""
    callbacks = Callbacks(options.auth_token)
    callbacks.origin = options.callback_origin
    api = Api(options.account_sid, options.auth_token, Lives(options.account_sid, callbacks))
    application = web.Application()
    application.add_routes([*api.routes(), *Control(api).routes()])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=1024).start()
    await _stop(watching_input=options.listener is not None)
    await runner.cleanup()
    await callbacks.close()


async def _stop(*, watching_input: bool) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if watching_input:
        loop.add_reader(sys.stdin.fileno(), stopped.set)
    await stopped.wait()


def listening(options: argparse.Namespace) -> socket.socket:
    if options.listener is not None:
        return socket.socket(fileno=options.listener)
    listener = socket.create_server(("127.0.0.1", options.port))
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    return listener


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.twilio_api", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--port", type=int, default=0, help="0: one that is free")
    where.add_argument("--listener", type=int, help="the number of an open, listening socket")
    parser.add_argument("--account-sid", default=ACCOUNT_SID)
    parser.add_argument("--auth-token", default=AUTH_TOKEN)
    parser.add_argument("--callback-origin", help="where status callbacks go, in place of their own origin")
    options = parser.parse_args()
    with listening(options) as listener, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(listener, options))


if __name__ == "__main__":
    main()
