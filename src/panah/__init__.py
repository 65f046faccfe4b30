"""Panah: a shelter for what is done to a community in exile.

Each step of the data's way is a room of this package and can be used alone, for example
``from panah import estimate``. Nothing is imported here, so that ``import panah`` stays cheap.
"""

__version__ = "0.1.0"
