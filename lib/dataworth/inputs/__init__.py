"""Readers and schemas for what users bring."""
