"""Synthetic firms: how they are drawn, how close they come, and what they give away."""
