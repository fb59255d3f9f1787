"""Sweeps: a grid of kernels, cores and parameter values.

plan.read(path)         -> Plan, checked
cases.build(plan)       -> the kernels on their cores, and remarks; every case has all combinations of the values
tasks.tasks(…)          -> work that can be done anywhere: plain values in, Results out
batch.evaluate(…)       -> Results of many combinations of one case in one pass
local.run, cluster.run  -> tasks on this machine, on a Dask cluster
store.Journal           -> finished points on disk, so that an interrupted sweep goes on where it was
"""
