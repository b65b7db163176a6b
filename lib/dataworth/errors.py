"""The error that tells a user, in one line, what to change."""


class InputError(ValueError):
    """Something that a user gave cannot be used.

    The message is one line: where (file, row, column or parameter), what was
    expected, what was found. The command prints it and exits with 2.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(str(message).split()))
