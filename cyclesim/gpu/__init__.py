"""GPU listings and machines: what Mesa's disassembler prints for Bifrost, and how warps execute it."""
