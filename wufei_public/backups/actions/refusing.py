"""Why a backup is not taken or not restored, in words for the operator."""


class Refused(Exception):  # noqa: N818
    """Nothing was changed; the words say what is the matter."""
