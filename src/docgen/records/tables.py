"""Tables. Instants are UTC and aware, days are local dates, texts of data are canonical JSON."""

from __future__ import annotations

from docgen.records.agreements import (
    Agreement,
    Blob,
    Code,
    Event,
    Link,
    Message,
    Revision,
    Signer,
    SigningSession,
)
from docgen.records.base import Base
from docgen.records.batches import Batch, BatchItem, TemplateTrial
from docgen.records.custody import CustodyFinding, CustodyRun, KeptObject
from docgen.records.deposits import Deposit, DepositedSheet
from docgen.records.drafts import Draft, DraftEdition
from docgen.records.ledger import (
    BilanExtract,
    Commitment,
    CorporateEvent,
    EventCompany,
    EventPerson,
    LoggedAct,
    LoggedHire,
    PartnershipExtract,
    Scan,
    StayExtract,
)
from docgen.records.log import LogLine, LogNode, Publication, TreeHead
from docgen.records.office import (
    Account,
    AccountMessage,
    AccountToken,
    EntryAttempt,
    Mission,
    OfficeEvent,
    OfficeHead,
    OfficeSession,
)
from docgen.records.providers import ProviderNotice, ProviderRequest, ProviderSigner
from docgen.records.registers import Company, Numbering, Person, Sheet, TemplateVersion
from docgen.records.reminding import (
    CalendarFeed,
    Digest,
    DigestLink,
    LastPass,
    Matter,
    Reminder,
    Watch,
)
from docgen.records.retention import (
    AgreementFund,
    Disposal,
    DisposalApproval,
    DisposalItem,
    Fund,
    Retention,
)
from docgen.records.search import SearchEntry, SearchWord

__all__ = [
    "Account",
    "AccountMessage",
    "AccountToken",
    "Agreement",
    "AgreementFund",
    "Base",
    "Batch",
    "BatchItem",
    "BilanExtract",
    "Blob",
    "CalendarFeed",
    "Code",
    "Commitment",
    "Company",
    "CorporateEvent",
    "CustodyFinding",
    "CustodyRun",
    "Deposit",
    "DepositedSheet",
    "Digest",
    "DigestLink",
    "Disposal",
    "DisposalApproval",
    "DisposalItem",
    "Draft",
    "DraftEdition",
    "EntryAttempt",
    "Event",
    "EventCompany",
    "EventPerson",
    "Fund",
    "KeptObject",
    "LastPass",
    "Link",
    "LogLine",
    "LogNode",
    "LoggedAct",
    "LoggedHire",
    "Matter",
    "Message",
    "Mission",
    "Numbering",
    "OfficeEvent",
    "OfficeHead",
    "OfficeSession",
    "PartnershipExtract",
    "Person",
    "ProviderNotice",
    "ProviderRequest",
    "ProviderSigner",
    "Publication",
    "Reminder",
    "Retention",
    "Revision",
    "Scan",
    "SearchEntry",
    "SearchWord",
    "Sheet",
    "Signer",
    "SigningSession",
    "StayExtract",
    "TemplateTrial",
    "TemplateVersion",
    "TreeHead",
    "Watch",
]
