"""The local page: edit assembly, see cycles, reasons and the timeline as you type.

answer.py   one request to one answer, plain data both ways, bounded caches, no server
worker.py   a process that answers requests line by line, with limits on memory and no right to write files
pool.py     the processes, and the limit on time: one that takes longer is ended
app.py      the ASGI application: routes, checks of headers, content policy

Only `app` needs the extra `web`.
"""
