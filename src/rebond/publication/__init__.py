"""Figures of a mission that anybody may read: tables from which no firm's figure can be recomputed."""
