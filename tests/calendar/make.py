"""A small made-up notice beside the package's own."""

HEADER = "year,day,kind,name,source,verified\n"
SOURCE = "示例〔2029〕1号"
OFF = ("2030-01-01", "2030-05-01", "2030-10-01", "2030-10-02", "2030-10-03")


def line(day: str, kind: str = "off", *, year: int = 2030, name: str = "节") -> str:
    return f"{year},{day},{kind},{name},{SOURCE},no\n"


NOTICE = HEADER + "".join(map(line, OFF)) + line("2030-10-05", "work")
