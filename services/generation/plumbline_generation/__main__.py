"""Run the generation service: python -m plumbline_generation"""

from plumbline_generation.service import Settings, open_service
from plumbline_kit.main import main

main(open_service, Settings)
