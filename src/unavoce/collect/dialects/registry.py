"""Every dialect the intake understands beside Segment's own, by method and path."""

from unavoce.collect.dialects import ga4, gtag, posthog, rudderstack

DIALECTS = (
    ga4.MEASUREMENT_PROTOCOL,
    gtag.BROWSER_TAG,
    gtag.BROWSER_TAG_BY_IMAGE,
    posthog.CAPTURE,
    rudderstack.MERGE,
    rudderstack.PIXEL,
)
BY_PATH = {
    (method, f"{path}{end}"): dialect for dialect in DIALECTS for method, path in dialect.paths for end in ("", "/")
}
"""Method and path, with a trailing slash or without."""

PREFIXES = (
    "/v1", "/api/s", "/beacon/v1", "/pixel/v1", "/sourceConfig", "/mp/collect", "/g/collect", "/batch", "/capture",
    "/i/v0/e",
)  # fmt: skip
"""Where all of them begin: what a front address passes on to the collector."""
