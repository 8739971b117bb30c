"""One of several processes that edit the same zones and apply them.

    python applying.py FOLDER ROUNDS SECONDS MINE ZONE...

MINE is the name whose address this process counts up. Ends with 1, and words, at the first apply that does not end with
0. What it counted to is on stdout, a JSON list.
"""

import contextlib
import fcntl
import io
import json
import random
import re
import sys
import time
from pathlib import Path

from zonesync import cli


def count_up(file, mine):
    """Make the address of the name *mine* the next one, while nobody else edits the file."""
    with (file.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = file.read_text()
        found = re.search(rf"^  {mine}: \{{A: 192\.0\.2\.([0-9]+)\}}$", text, re.MULTILINE)
        value = (int(found[1]) + 1) % 250
        temporary = file.with_name(f".{file.name}.{mine}")
        temporary.write_text(f"{text[: found.start()]}  {mine}: {{A: 192.0.2.{value}}}{text[found.end() :]}")
        temporary.rename(file)


def main(folder, rounds, seconds, mine, *zones):
    dice = random.Random(mine)
    until = time.monotonic() + float(seconds)
    done = 0
    while done < int(rounds) and time.monotonic() < until:
        chosen = dice.sample(zones, dice.randint(1, 2))
        for zone in chosen:
            count_up(Path(folder) / "zones" / f"{zone}.yaml", mine)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = cli.run(["--chdir", folder, "--quiet", "apply", "--yes", "--lock-timeout", "100", *chosen])
        if code:
            sys.exit(f"round {done}: the apply of {chosen} ended with {code}\n{out.getvalue()}")
        done += 1
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main(*sys.argv[1:])
