"""Actions of the room."""

from bienestar.insight.snapshots.actions.take import SnapshotRefused, take_snapshot

__all__ = ["SnapshotRefused", "take_snapshot"]
