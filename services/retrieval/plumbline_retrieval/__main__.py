"""Run the retrieval service: python -m plumbline_retrieval"""

from plumbline_kit.main import main
from plumbline_retrieval.service import Settings, open_service

main(open_service, Settings)
