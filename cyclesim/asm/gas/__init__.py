"""The macro layer of the GNU assembler: macros, repetitions and conditionals.

expand.Expander       statements to statements without any of them
macros.Macro          a `.macro`: its parameters and its body as templates
arguments             how the assembler splits the arguments of a call
"""
