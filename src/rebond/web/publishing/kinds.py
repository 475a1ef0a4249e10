"""The kinds of files that published figures go out in."""


class FileKind:
    """``csv`` or ``ods``."""

    regex = "csv|ods"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class OpenFileKind(FileKind):
    """The same, and ``zip``: open data."""

    regex = "csv|ods|zip"
