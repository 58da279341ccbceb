"""What is written to people: templates of modules and tenants, in the reader's language."""

from orderloom.notify.templates.catalogues import CORE_LOCALE, translate
from orderloom.notify.templates.choosing import (
    Chosen,
    choose,
    languages_of,
    shipped_languages,
)
from orderloom.notify.templates.filling import Filled, fill
from orderloom.notify.templates.formats import formatted
from orderloom.notify.templates.own import (
    OwnTemplates,
    load_templates,
    remove_template,
    save_template,
)

__all__ = [
    "CORE_LOCALE",
    "Chosen",
    "Filled",
    "OwnTemplates",
    "choose",
    "fill",
    "formatted",
    "languages_of",
    "load_templates",
    "remove_template",
    "save_template",
    "shipped_languages",
    "translate",
]
