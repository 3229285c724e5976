"""Settings that all tests share: hypothesis prints what to paste to see a failure again."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "accelgen", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("accelgen")
