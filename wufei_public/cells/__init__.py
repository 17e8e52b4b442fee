"""无废细胞: a unit applies, is scored fairly, and holds a certificate that anyone can check.

An application is a case with one state machine (`rules/stages.py`); its certificate has a
second one (`rules/standing.py`). Rubrics are data with versions, scores are blind until the
own one is in, and whoever reviewed a unit never decides on an objection to it.
"""
