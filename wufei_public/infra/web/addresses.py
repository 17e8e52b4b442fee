"""Where a form may send its reader back to: a path of this site and nothing else."""


def own_address(wanted: str, otherwise: str) -> str:
    """Return `wanted` if it is a path of this site, else `otherwise` (no open redirect).

    Two slashes name another host, and browsers read a backslash as a slash.
    """
    plain = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if plain and "\\" not in wanted and wanted.isprintable() else otherwise
