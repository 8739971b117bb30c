"""Top-level domains common enough that a name ending in one is likely meant to be absolute."""

import re

_words = re.compile("[a-z]+").findall

WELL_KNOWN = frozenset(
    _words("""
    ai at au be biz br ca cc ch cn co com cz de dk edu es eu fi fr gov gr hu ie in info int io it jp kr
    me mil mx net nl no nz org pl pt ro ru se sk tr tv tw ua uk us xyz za
    """)
)
"""No list of all: ``dev``, ``app``, ``cloud`` and the like are ordinary labels inside a zone."""
