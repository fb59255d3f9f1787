"""A light C preprocessor: the part of it that assembly sources use.

preprocess.Preprocessor(...)  text to lines, each with the place it comes from
definitions.Definitions       `#define`, and the expansion of a line
conditions.evaluate           the expressions of `#if`
includes.Includes             which files may be read, and where they are
predefined.definitions        what a compiler for the instruction set defines
"""
