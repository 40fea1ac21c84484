"""
What the kernels of src/edge/c must give: ops.json, from the integers of docs/integer.md in Python's whole numbers, each op held against floating point.

    /usr/bin/python3 test/edge/pairs/make.py test/edge/pairs/ops.json

A case: op, a name, args in the order in which ops.c reads them, and y, the bytes of the results or, of more than 256, of their FNV-1a.
An array is its count and values, repeated up to count, or seed, low and high of a linear congruential generator.
"""
import json
import sys

from attentionCases import attention_cases
from integers import CASES
from normCases import norm_cases
from scaleCases import scale_cases, simple_cases
from signalCases import signal_cases

for add in (scale_cases, simple_cases, norm_cases, attention_cases, signal_cases):
    add()
with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES) + "\n]\n")
