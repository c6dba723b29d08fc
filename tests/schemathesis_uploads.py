"""What schemathesis uploads besides random bytes: a file of each format. It loads this as its hooks."""

import schemathesis
from hypothesis import strategies

from remote.jobs import KIND
from tests.samples import EVERY_FORMAT

for name, data in EVERY_FORMAT.items():
    schemathesis.openapi.media_type(KIND[name].mime, strategies.sampled_from([data, data[: len(data) // 2], data[:1]]))
