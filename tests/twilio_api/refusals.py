"""Twilio's errors as it answers with them."""

from typing import Any

STATUSES = {20003: 401, 20404: 404, 20429: 429, 20500: 500, 20503: 503, 21611: 429}
"""HTTP statuses of the codes that are not answered with 400."""

MESSAGES = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid From Number (caller ID)",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21655: "The ContentSid is Invalid.",
    21656: "The Content Variables parameter is invalid.",
    21705: "The Messaging Service Sid is invalid.",
    21910: "Invalid From and To pair. From and To should be of the same channel",
}


class Refused(Exception):
    """The request is answered with an error of Twilio's."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def status(self) -> int:
        return STATUSES.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """What Twilio answers with."""
        return {
            "code": self.code,
            "message": MESSAGES.get(self.code, "The message cannot be sent."),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
