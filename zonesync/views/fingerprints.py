"""What a finding is known by from one run to the next, while the lines above it come and go."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from zonesync.findings import Finding

_LINE = re.compile(r"(?:\bline |(?<=ml):)\d+(?::\d+)?")
"""`line 3`, or where `a.yaml:3:5` has it."""


def fingerprinted(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding once, with 64 hexadecimal digits that no other of *findings* has.

    They hold the rule, the file and what the finding is about, and neither line, column nor severity. Findings that
    differ in nothing else are told apart by their order.
    """
    seen: Counter[str] = Counter()
    for finding in dict.fromkeys(findings):
        key = json.dumps(
            [
                finding.rule,
                finding.place.file if finding.place else "",
                finding.zone,
                finding.provider,
                finding.name,
                finding.type,
                _LINE.sub("line", finding.message),
            ]
        )
        seen[key] += 1
        yield finding, hashlib.sha256(f"{key}{seen[key]}".encode()).hexdigest()
