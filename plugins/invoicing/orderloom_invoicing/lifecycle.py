"""The lifecycles of invoices and credit notes."""

from __future__ import annotations

from orderloom import EVERYONE, START, Action, Lifecycle, Status
from orderloom_invoicing.crediting import CreditOptions, credit_edits, credited_or_not
from orderloom_invoicing.posting import PostOptions, post_edits
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE
from orderloom_invoicing.rights import CREDIT, HAND_OVER, POST, VOID

INVOICE_PDF = "invoicing.invoice_pdf"
CREDIT_NOTE_PDF = "invoicing.credit_note_pdf"

# The seller works on a draft; the buyer sees what he is sent.
_SELLERS_OWN = {"seller"}

INVOICES = Lifecycle(
    INVOICE,
    statuses=(
        Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, visible_to=_SELLERS_OWN),
        Status("posted", "Posted", stage="open", final=True, exportable=True),
        Status("credited", "Credited", stage="done", final=True, exportable=True),
        Status("void", "Void", stage="dropped", final=True, visible_to=_SELLERS_OWN),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action("hand_over", source=START, target="draft", permission=HAND_OVER),
        Action(
            "post",
            source="draft",
            target="posted",
            permission=POST,
            options=PostOptions,
            edits=post_edits,
            series=INVOICE,
            issues=(INVOICE_PDF,),
        ),
        Action("void", source="draft", target="void", permission=VOID),
        Action(
            "credit",
            source="posted",
            target=("posted", "credited"),
            route=credited_or_not,
            permission=CREDIT,
            options=CreditOptions,
            edits=credit_edits,
        ),
    ),
)

CREDIT_NOTES = Lifecycle(
    CREDIT_NOTE,
    statuses=(Status("posted", "Posted", stage="done", final=True, exportable=True),),
    actions=(
        Action(
            "issue",
            source=START,
            target="posted",
            permission=CREDIT,
            series=CREDIT_NOTE,
            issues=(CREDIT_NOTE_PDF,),
        ),
    ),
)
