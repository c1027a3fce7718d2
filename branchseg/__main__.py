"""`python -m branchseg`: the command line without Qt (no PDF), for servers."""

import sys

from branchseg.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
