"""What a reader sees: findings, plans and outcomes as text or JSON. Views render, none computes."""
