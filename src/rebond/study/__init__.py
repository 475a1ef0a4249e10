"""One project's study: what it reads of the mission, what it finds, and the digest of the first.

``rebond.mission`` is the joint step over these studies. ``in_mission`` studies a project of a mission again, to explain
its plan or to try other facts on it.
"""
