"""The example: one school year of six districts, as files that a coordinator can read and change."""

from demo.files import DemoError
from demo.load import load

__all__ = ["DemoError", "load"]
