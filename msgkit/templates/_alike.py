def alike(_texts: object) -> list[tuple[str, str]]:
    return []
