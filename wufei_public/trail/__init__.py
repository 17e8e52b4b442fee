"""The audit trail: rows of `infra.audit` sealed into a chain that nobody can bend unseen.

The jobs process seals what was written, row by row, so that no request waits for the
chain. Each hour the newest seal is signed and leaves the house: whoever keeps these heads
can show that an older part of the chain was changed, shortened or made anew.
"""
