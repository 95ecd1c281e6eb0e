"""Run the safety review: python -m plumbline_safety_review"""

from plumbline_kit.main import main
from plumbline_safety_review.service import Settings, open_service

main(open_service, Settings)
