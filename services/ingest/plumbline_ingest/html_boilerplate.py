"""What of a page is not the document: told by structure (elements and roles), never by words."""

from __future__ import annotations

from typing import Final

from plumbline_ingest.html_tree import Element, names

# What holds no text of the document whatever it says.
_NEVER_TEXT: Final = names(
    """script style template noscript iframe frame object embed applet audio video canvas svg map
    input button select textarea datalist output progress meter del rt rp head link meta base
    title"""
)
_AROUND: Final = names("nav aside footer search dialog")
_ROLES_AROUND: Final = names(
    """navigation banner contentinfo complementary search form dialog alertdialog menu menubar
    toolbar tablist"""
)
_READS_AS_DOCUMENT: Final = names("main article")
_LISTED: Final = names("ul ol dl table blockquote")  # an article in these is a part among others
_PUNCTUATION: Final = " \t\n\r\f\v\u00a0|/·•›»>←→‹«<,-–"


def is_left_out(element: Element, *, in_document: bool) -> bool:
    """Whether an element is navigation, furniture or machinery.

    `in_document`: it stands in a main, article or section, whose header is part of the document.
    """
    if element.tag in _NEVER_TEXT or element.tag in _AROUND or element.role in _ROLES_AROUND:
        return True
    if element.tag == "header":
        return not in_document
    if element.tag == "form":  # some pages are one form from top to bottom
        return not any(
            found.heading_level or found.tag in _READS_AS_DOCUMENT for found in element.walk()
        )
    return _is_hidden(element)


def _is_hidden(element: Element) -> bool:
    """Whether it is never shown. Text folded until a click is often hidden: its blocks are kept."""
    if element.attributes.get("hidden", "until-found").strip().lower() != "until-found":
        return True
    style = element.attributes.get("style", "").replace(" ", "").lower()
    unseen = element.attributes.get("aria-hidden") == "true" or "display:none" in style
    return unseen and not element.is_block


def document_of(html: Element) -> Element:
    """The part of the page that is the document: its only main; else an article that has most of
    the words; else its body.
    """
    bodies = [child for child in html.elements if child.tag in ("body", "frameset")]
    body = bodies[0] if bodies else html
    mains = [found for found in body.walk() if found.tag == "main" or found.role == "main"]
    if len(mains) == 1 and mains[0].text().strip():
        return mains[0]
    articles = [found for found in body.walk() if found.tag == "article"]
    if len(articles) == 1 and 2 * len(articles[0].text()) > len(body.text()):
        listed = (part for part in body.walk() if part.tag in _LISTED)
        if not any(found is articles[0] for part in listed for found in part.walk()):
            return articles[0]
    return body


def is_only_links(run: list[Element | str], *, within_page: bool) -> bool:
    """Whether words that stand together are links and nothing else, and no sentence: a menu, a way
    back to the top. `within_page`: only links that stay in the page count.
    """
    links = [found for child in run if isinstance(child, Element) for found in _links(child)]
    if not links or not all(_leads_away(link, within_page) for link in links):
        return False
    said = "".join(link.text() for link in links).strip(_PUNCTUATION)
    whole = "".join(child if isinstance(child, str) else child.text() for child in run)
    rest = whole
    for link in links:
        rest = rest.replace(link.text(), "", 1)
    return not rest.strip(_PUNCTUATION) and not said.endswith((".", "!", "?", "…", ":"))


def is_contents(items: Element) -> bool:
    """Whether a list is a table of contents: every item only leads to another part of the page."""
    entries = [child for child in items.elements if child.tag == "li"]
    return bool(entries) and all(
        is_only_links(list(entry.children), within_page=True) for entry in entries
    )


def _links(element: Element) -> list[Element]:
    return [found for found in element.walk() if found.tag == "a" and "href" in found.attributes]


def _leads_away(link: Element, within_page: bool) -> bool:
    address = link.attributes["href"].strip().lower()
    if within_page:
        return address.startswith("#")
    return not address.startswith(("tel:", "mailto:", "sms:"))  # a number to call is content
