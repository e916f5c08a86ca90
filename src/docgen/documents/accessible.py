"""From the tagged PDF that LibreOffice makes to PDF/UA-1: what a screen reader is promised.

LibreOffice 7.4 tags its PDF, but maps standard tags onto others or onto themselves, leaves the
lines around tables and under headings out of any tag, and its own PDF/UA option breaks PDF/A-3
(its XMP property comes without the schema that ISO 19005-3, 6.6.2.3 asks for). This mends these,
tags the signature fields, and says PDF/UA-1 of a document that keeps the rest: a title, a language,
pictures with their text, headings that skip no level (ISO 14289-1, 7).
"""

from __future__ import annotations

import re

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

# ISO 32000-1, 14.8.4: what a tag of ours may not rename.
STANDARD = frozenset(
    {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index"}
    | {"NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl"}
    | {"LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note"}
    | {"Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu"}
    | {"WT", "WP", "Figure", "Formula", "Form"}
)
_HEADING = re.compile(r"H([1-6])")
_OPENS = re.compile(rb"\b(?:BDC|BMC)\s*$")
_CLOSES = re.compile(rb"\bEMC\s*$")
_PAINTS = re.compile(rb"(?:^|\s)(?:S|s|f|F|f\*|B|B\*|b|b\*|sh|Do|Tj|TJ|'|\")\s*$")
# The schema of pdfuaid, written as PDF/A-3 wants it of a property it does not know.
_MARK = b"""  <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
   <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>
  <rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas>
    <rdf:Bag>
     <rdf:li rdf:parseType="Resource">
      <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
      <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
      <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
      <pdfaSchema:property>
       <rdf:Seq>
        <rdf:li rdf:parseType="Resource">
         <pdfaProperty:name>part</pdfaProperty:name>
         <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
         <pdfaProperty:category>internal</pdfaProperty:category>
         <pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
        </rdf:li>
       </rdf:Seq>
      </pdfaSchema:property>
     </rdf:li>
    </rdf:Bag>
   </pdfaExtension:schemas>
  </rdf:Description>
"""


def make_accessible(document: Pdf) -> tuple[str, ...]:
    """Mend the tags and say PDF/UA-1; what keeps the document from it, in French, else nothing."""
    root = document.Root.get(Name.StructTreeRoot)
    if root is None:
        return ("le PDF n’est pas balisé",)
    elements = [
        one
        for one in document.objects
        if isinstance(one, Dictionary) and one.get(Name.Type) == Name.StructElem
    ]
    _mend_names(root, elements)
    for page in document.pages:
        _mark_lines(document, page.obj)
        # Fields are met in the order of the tags (7.18.3), also the one that a timestamp adds.
        page.obj.Tabs = Name.S
    faults = tuple(_faults(document, root, elements))
    if not faults:
        _say_so(document)
    return faults


def tag_field(document: Pdf, page: Object, widget: Object) -> None:
    """Give a form field its place in the reading order, at the end (ISO 14289-1, 7.18.4)."""
    root = document.Root.get(Name.StructTreeRoot)
    if root is None:
        return
    top = root.K[0] if isinstance(root.K, Array) else root.K
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=top,
            Pg=page,
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page),
        )
    )
    if not isinstance(top.K, Array):
        top.K = Array([top.K])
    top.K.append(element)
    numbers = root.ParentTree.Nums
    key = max((int(number) for number in list(numbers)[::2]), default=-1) + 1
    numbers.append(key)
    numbers.append(element)
    widget.StructParent = key


def _mend_names(root: Object, elements: list[Dictionary]) -> None:
    """No standard tag is renamed; the title of the document is its first heading."""
    roles = root.get(Name.RoleMap, Dictionary())
    renamed = {key: roles[key] for key in list(roles.keys()) if key.removeprefix("/") in STANDARD}
    for key in renamed:
        del roles[key]
    if Name.Title in roles:
        roles[Name.Title] = Name.H1
    for element in elements:
        target = renamed.get(str(element.S))
        if target is not None and target != element.S:
            element.S = target


def _mark_lines(document: Pdf, page: Object) -> None:
    """What is drawn outside of any tag is decoration: lines and backgrounds (7.1, 3)."""
    if not isinstance(page.Contents, Stream):
        return
    out: list[bytes] = []
    loose: list[bytes] = []
    depth = 0

    def flush() -> None:
        drawn = any(_PAINTS.search(line) for line in loose)
        out.extend([b"/Artifact BMC", *loose, b"EMC"] if drawn else loose)
        loose.clear()

    for line in page.Contents.read_bytes().split(b"\n"):
        if _OPENS.search(line):
            if depth == 0:
                # « /Span<<…>> » may stand on the line before its BDC.
                tag = loose.pop() if line.strip() in {b"BDC", b"BMC"} and loose else None
                flush()
                out.extend([tag] if tag is not None else [])
            depth += 1
            out.append(line)
        elif _CLOSES.search(line):
            depth -= 1
            out.append(line)
        else:
            (out if depth else loose).append(line)
    flush()
    page.Contents = document.make_stream(b"\n".join(out))


def _faults(document: Pdf, root: Object, elements: list[Dictionary]) -> list[str]:
    """What this can't mend, because only the template's author knows it."""
    faults = []
    if not str(document.docinfo.get(Name.Title, "")):
        faults.append("le document n’a pas de titre")
    if not str(document.Root.get(Name.Lang, "")):
        faults.append("le document ne dit pas sa langue")
    if any(Name.Figure == one.S and not str(one.get(Name.Alt, "")) for one in elements):
        faults.append("une image n’a pas de texte de remplacement")
    roles = root.get(Name.RoleMap, Dictionary())
    level = 0
    for element in _in_order(root):
        name = str(roles.get(str(element.S), element.S)).removeprefix("/")
        if found := _HEADING.fullmatch(name):
            if int(found[1]) > level + 1:
                faults.append("les titres sautent un niveau")
                break
            level = int(found[1])
    return faults


def _in_order(root: Object) -> list[Object]:
    """The structure's elements as they are read."""
    found: list[Object] = []
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element is not root:
            found.append(element)
        held = element.get(Name.K, Array())
        inner: list[Object] = list(held) if isinstance(held, Array) else [held]
        waiting += [one for one in reversed(inner) if isinstance(one, Dictionary) and Name.S in one]
    return found


def _say_so(document: Pdf) -> None:
    packet = document.Root.Metadata.read_bytes()
    if b"pdfuaid:part" not in packet:
        document.Root.Metadata.write(packet.replace(b" </rdf:RDF>", _MARK + b" </rdf:RDF>", 1))
