"""A blank sheet in the house's style: page, fonts, headings, header, footer."""

from __future__ import annotations

import re
from pathlib import Path

from docx import Document
from docx.document import Document as Sheet
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

ROOT = Path(__file__).parents[2]
ACCENT = RGBColor(0x1F, 0x4E, 0x5F)
INK = RGBColor(0x1B, 0x1B, 0x1B)
GREY = RGBColor(0x5A, 0x5A, 0x5A)
TEXT, TITLES = "Carlito", "Caladea"
_TAGS = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")


def french(text: str) -> str:
    """No-break spaces where French wants them, outside the template's tags."""

    def mended(part: str) -> str:
        part = re.sub(r" ([:»])", "\u00a0\\1", part).replace("« ", "«\u00a0")
        part = re.sub(r" ([;!?])", "\u202f\\1", part)
        return re.sub(r"(\bn°|\barticles?|\b[LDR]\.) (?=[\dLRD])", "\\1\u00a0", part)

    parts = _TAGS.split(text)
    text = "".join(part if _TAGS.fullmatch(part) else mended(part) for part in parts)
    # A sign beside a tag: « {{ x }} : », « n° {{ x }} ».
    return re.sub(r"\}\} ([:»])", "}}\u00a0\\1", text).replace("n° {{", "n°\u00a0{{")


def new_sheet(title: str, *, numbered: bool = True) -> Sheet:
    """An empty document with its styles; `numbered`: its headings are « Article 1 – … »."""
    sheet = Document()
    section = sheet.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.9), Cm(2.2)
    section.header_distance, section.footer_distance = Cm(1.1), Cm(1.0)
    _fonts(sheet)
    if numbered:
        _numbered_articles(sheet)
    _header_and_footer(sheet)
    sheet.core_properties.title = title
    sheet.core_properties.language = "fr-FR"
    sheet.core_properties.author = ""
    return sheet


def _fonts(sheet: Sheet) -> None:
    defaults = sheet.styles.element.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in list(run):
        run.remove(old)
    run.append(
        parse_xml(
            f'<w:rFonts {nsdecls("w")} w:ascii="{TEXT}" w:hAnsi="{TEXT}" w:cs="{TEXT}" '
            f'w:eastAsia="{TEXT}"/>'
        )
    )
    run.append(parse_xml(f'<w:sz {nsdecls("w")} w:val="21"/>'))
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="fr-FR" w:eastAsia="fr-FR"/>'))
    normal = sheet.styles["Normal"]
    _look(normal, TEXT, 10.5, INK)
    normal.paragraph_format.space_after = Pt(5)
    normal.paragraph_format.line_spacing = 1.1
    normal.paragraph_format.widow_control = True
    title = sheet.styles["Title"]
    _look(title, TITLES, 20, ACCENT)
    borders = title.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        title.element.pPr.remove(borders)
    title.paragraph_format.space_after = Pt(2)
    for name, size, before in (("Heading 1", 12.5, 13), ("Heading 2", 10.5, 7)):
        heading = sheet.styles[name]
        _look(heading, TITLES, size, ACCENT)
        heading.font.bold = True
        heading.paragraph_format.space_before = Pt(before)
        heading.paragraph_format.space_after = Pt(3)
        heading.paragraph_format.keep_with_next = True
    bullet = sheet.styles["List Bullet"]
    _look(bullet, TEXT, 10.5, INK)
    bullet.paragraph_format.space_after = Pt(3)
    for name, size, color in (("Note", 8.5, GREY), ("Cellule", 9.5, INK), ("Cadre", 7.5, GREY)):
        style = sheet.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _look(style, TEXT, size, color)
        style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.line_spacing = 1.0


def _look(style: object, font: str, size: float, color: RGBColor) -> None:
    style.font.name = font
    style.font.size = Pt(size)
    style.font.color.rgb = color
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), font)


def _numbered_articles(sheet: Sheet) -> None:
    """« Article 1 – » before each level-1 heading, counted by Word."""
    numbering = sheet.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/>'
        '<w:suff w:val="space"/><w:lvlText w:val="Article %1 –"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    )
    properties = sheet.styles["Heading 1"].element.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>')
    )


def _header_and_footer(sheet: Sheet) -> None:
    section = sheet.sections[0]
    header = section.header.paragraphs[0]
    logo = header.add_run().add_picture(str(ROOT / "templates" / "logo.png"), height=Cm(1.05))
    logo._inline.docPr.set("name", "Logo")
    logo._inline.docPr.set("descr", "Logo de l’organisation")
    header.add_run("   ")
    name = header.add_run("{{ organisation.raison_sociale }}")
    name.font.name, name.font.size, name.font.color.rgb = TITLES, Pt(10), ACCENT
    _rule(header, "bottom")
    footer = section.footer.paragraphs[0]
    footer.style = sheet.styles["Note"]
    tabs = footer.paragraph_format.tab_stops
    for stop in list(tabs):
        del stop
    tabs.add_tab_stop(Cm(16.2), WD_ALIGN_PARAGRAPH.RIGHT)
    footer.add_run(french("{{ titre }} n° {{ reference }}") + "\t")
    footer.add_run("Page ")
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")
    _rule(footer, "top")


def _rule(paragraph: Paragraph, side: str) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="6" w:space="4" '
            'w:color="1F4E5F"/></w:pBdr>'
        )
    )


def _field(paragraph: Paragraph, code: str) -> None:
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            run._r.append(
                parse_xml(
                    f'<w:instrText {nsdecls("w")} xml:space="preserve"> {code} </w:instrText>'
                )
            )
        elif kind == "text":
            run._r.append(parse_xml(f"<w:t {nsdecls('w')}>1</w:t>"))
        else:
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
