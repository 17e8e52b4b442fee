"""Addresses that lead away: to another site, and out of a folder."""

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "javascript:alert(1)//evil.example",
    "data:text/html,evil.example",
    "http:evil.example",
    "evil.example",
)
OUTSIDE = (
    "../pyproject.toml",
    "..%2fpyproject.toml",
    "%2e%2e/pyproject.toml",
    "....//pyproject.toml",
    "..%5cpyproject.toml",
    "..%255cpyproject.toml",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "../../../../../../etc/passwd",
    "..;/pyproject.toml",
    "css/../../pyproject.toml",
    "%00/../pyproject.toml",
)
