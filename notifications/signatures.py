"""Whether a webhook request is Twilio's: its signature over the address that Twilio was given and all parameters."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

HEADER = "X-Twilio-Signature"
STATUS_PATH = "/twilio/status"
AGAIN = "#rc=5&rp=all"
"""Has Twilio tell us again, up to five times, what we could not take: by default it would lose it to any restart."""


class Signatures:
    """Checks with any of the auth tokens (a second one while they are being rotated)."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        self._validators = [RequestValidator(token) for token in tokens]
        self._keyed = [hmac.new(token.encode(), digestmod=hashlib.sha1) for token in tokens]
        self._public_url = public_url
        self.refused = 0
        """Requests of this process whose signature was wrong: all that is left of them."""

    def are_right(self, request: Request) -> bool:
        """Tell whether a form post is signed with one of our tokens.

        The address is built from our own public URL and the query as it was sent: what a proxy or a Host header
        says is not to be trusted, and a decoded query would not be the one that was signed.
        """
        signature = request.headers.get(HEADER, "")
        address = self.address(request.path, request.query_string.decode("latin-1"))
        right = (
            self._is_plainly_right(address, request.form, signature)
            or any(validator.validate(address, request.form, signature) for validator in self._validators)
            or self._is_plainly_right(address + AGAIN, request.form, signature)  # Twilio leaves it out; others may not
        )
        self.refused += not right
        return right

    def _is_plainly_right(self, address: str, form: MultiDict[str, str], signature: str) -> bool:
        """Twilio's usual signature, at a fifth of the validator's cost; what is not plainly right is left to that."""
        said = address + "".join(name + value for name, values in sorted(form.lists()) for value in sorted(set(values)))
        given = signature.encode("ascii", "replace")
        for keyed in self._keyed:
            made = keyed.copy()
            made.update(said.encode())
            if hmac.compare_digest(base64.b64encode(made.digest()), given):
                return True
        return False

    def address(self, path: str, query: str = "") -> str:
        """Return the address that is signed for a path of ours."""
        return f"{self._public_url}{path}" + (f"?{query}" if query else "")

    def status_address(self, message_id: int) -> str:
        """Return the address for status callbacks on our message of that id."""
        return self.address(STATUS_PATH, f"message={message_id}")

    def sign(self, path: str, form: Mapping[str, str]) -> str:
        """Return the signature that Twilio would send with this form; the simulator's texts carry it."""
        return str(self._validators[0].compute_signature(self.address(path), MultiDict(form)))
