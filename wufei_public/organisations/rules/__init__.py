"""Rules of the register: kinds, names, permits, memberships."""
