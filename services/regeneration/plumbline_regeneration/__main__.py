"""Run regeneration: python -m plumbline_regeneration"""

from plumbline_kit.main import main
from plumbline_regeneration.service import Settings, open_service

main(open_service, Settings)
