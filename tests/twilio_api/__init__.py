"""A stand-in for Twilio's API on the wire: its own process, which can be told to misbehave as Twilio can.

A test starts it with `client.running` and points TWILIO_API_URL at it. It takes and lists messages, knows
contents and their approvals, posts signed status callbacks, and remembers all that it was asked.
"""

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
"""What it asks for unless told otherwise."""
