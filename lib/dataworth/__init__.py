"""The helper library of the executable book *What Is Data Worth?*."""

__version__ = "0.1.0"
