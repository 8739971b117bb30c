"""What ``${NAME}`` in a configuration is, and which of its options nobody is to see."""

import re

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET_WORDS = ("key", "secret", "token", "password", "passphrase", "credentials")
_NOT_SECRET = frozenset({"key_name", "key_id", "key_file"})


def has_nameless(text: str) -> bool:
    """Tell whether *text* has a ``${`` that begins no variable."""
    return "${" in VARIABLE.sub("", text)


def is_secret(path: str) -> bool:
    """Tell whether an option is one that nobody is to see, by its name; nested ones have a dot: ``tsig.secret``."""
    key = path.rpartition(".")[2].lower()
    return key not in _NOT_SECRET and any(
        key == word or key.endswith((f"_{word}", f"-{word}")) or key in {f"api{word}", f"auth{word}"}
        for word in _SECRET_WORDS
    )
