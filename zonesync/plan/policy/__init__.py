"""The user's own rules over a plan: what is protected, who may change what, when, and from which state.

Nothing here reads a file, a clock or the environment: a plan, rules and circumstances go in, findings come out.
"""

from zonesync.plan.policy.allowing import PREFIX, granted, waivable
from zonesync.plan.policy.engine import check, is_policy
from zonesync.plan.policy.touches import Circumstances

__all__ = ["PREFIX", "Circumstances", "check", "granted", "is_policy", "waivable"]
