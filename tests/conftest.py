"""What every suite shares."""

pytest_plugins = ["tests.support.not_run"]
