"""A project at GitLab with a merge request."""

import pytest
import stamina

from tests.ci.gitlab.asked import BASE, HEAD, KIM, MERGE, OLD, SQUASH, US
from tests.fakes.gitlab import GitLabFake, User


@pytest.fixture
def fake():
    with (
        GitLabFake(tokens={"us": US, "kim": KIM, "guest": User(7, "guest", "guest")}, sha=HEAD) as made,
        stamina.set_testing(testing=True, attempts=4, cap=True),
    ):
        made.commits = {HEAD: [BASE], OLD: [BASE], BASE: [], MERGE: [BASE, HEAD], SQUASH: [BASE]}
        yield made
