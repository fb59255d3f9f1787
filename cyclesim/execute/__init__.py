"""Executing instructions through the meanings of the ISA tables: real and hypothetical ones alike.

A meaning is compiled to Python source through a whitelist, a basic block at a time; lanes are numpy views of one
register file, general registers are Python integers. Memory is checked access by access.
"""
