"""What the module writes to people is there in Spanish, too."""

import orderloom_procurement.module as procurement
from orderloom.notify.templates import shipped_languages


def test_every_notification_is_translated_into_spanish():
    told = procurement.register_notifications()
    all_of_them = [told] if not isinstance(told, (list, tuple)) else told

    for one in all_of_them:
        assert shipped_languages(one, procurement.module.locale) == ("en", "es")
