"""The one place that asks consent and denials before anything leaves."""
