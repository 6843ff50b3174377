"""Answers pairs of versions ("left<tab>right" a line) as packaging does: -1, 0, 1, or ! where one is
no version. With releases before 22 a text that PEP 440 does not know is a legacy version."""
import sys
import warnings

try:
    from packaging.version import parse
except ImportError:
    sys.exit(77)
warnings.simplefilter("ignore")
for pair in sys.stdin.read().split("\n")[:-1]:
    try:
        left, right = map(parse, pair.split("\t"))
        print((left > right) - (left < right))
    except ValueError:
        print("!")
