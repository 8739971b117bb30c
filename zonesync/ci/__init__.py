"""What a CI job does around a plan: the comment, the issue, and the plan that a reviewer has seen."""
