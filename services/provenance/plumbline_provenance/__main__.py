"""Run the provenance service: python -m plumbline_provenance"""

from plumbline_kit.main import main
from plumbline_provenance.service import Settings, open_service

main(open_service, Settings)
