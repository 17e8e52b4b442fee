"""The district's official account at WeChat: who comes from there, and what is asked of it.

One access token and one jsapi ticket for all processes, kept as rows and renewed by the jobs
process; web processes only read them, so that no request waits for WeChat.
"""
