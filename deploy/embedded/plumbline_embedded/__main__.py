"""Run the command without installing it: python -m plumbline_embedded"""

from plumbline_embedded.cli import main

main()
