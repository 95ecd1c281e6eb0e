"""Run the gateway: python -m plumbline_gateway"""

from plumbline_gateway.service import Settings, open_service
from plumbline_kit.main import main

main(open_service, Settings)
