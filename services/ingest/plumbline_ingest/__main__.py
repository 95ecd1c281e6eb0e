"""Run the ingest service: python -m plumbline_ingest"""

from plumbline_ingest.service import Settings, open_service
from plumbline_kit.main import main

main(open_service, Settings)
