"""Parts of Ceph: its own objects, classes of volumes and snapshots, and alerts."""
