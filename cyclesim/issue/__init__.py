"""When each instruction issues, and why not earlier."""
