"""Budgets of kernels: what they may take, held against what they take.

comments.find(text, file)          the budgets that the comments of a source state
attach.region_of(program, budget)  the region that a comment means
baseline.read, baseline.write      the figures of a former state, in one file
changes.compare                    which instructions grew since then, by how much, and why
run.check_paths(paths, settings)   all of it for files and folders, in several processes
"""

from __future__ import annotations
