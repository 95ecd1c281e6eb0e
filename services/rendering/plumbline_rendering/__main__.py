"""Run rendering: python -m plumbline_rendering"""

from plumbline_kit.main import main
from plumbline_rendering.service import Settings, open_service

main(open_service, Settings)
