"""The options that ``type: bind`` alone has, checked before anything is done. Each function raises ValueError."""

from zonesync.provider.options import texts
from zonesync_bind.serial import SerialStyle

NAMES = ("directory", "nameservers", "serial", "reload", "named_conf", "check", "filename")


def style(option: str, value: object) -> SerialStyle:
    """Return how serials are counted."""
    try:
        return SerialStyle(str(value))
    except ValueError:
        styles = ", ".join(f"`{known}`" for known in SerialStyle)
        raise ValueError(f"`{option}` is `{value}`; it is one of {styles}") from None


def command(option: str, value: object) -> tuple[str, ...]:
    """Return a command as its program and arguments; empty for none."""
    if value is None:
        return ()
    parts = texts(option, value, '[rndc, reload, "{zone}"]')
    if not parts or not parts[0] or any("\0" in part for part in parts):
        raise ValueError(f'`{option}` names no program; write it as [rndc, reload, "{{zone}}"]')
    return parts
