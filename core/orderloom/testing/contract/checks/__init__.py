"""The checks, in the order they are run: what stands, what is declared, what is done."""

from orderloom.testing.contract.checks.contributing import (
    contributions_are_repeatable,
    data_can_be_upgraded,
)
from orderloom.testing.contract.checks.deciding import (
    checks_only_read,
    decisions_are_repeatable,
    explanations_are_given,
)
from orderloom.testing.contract.checks.failing import faults_are_contained
from orderloom.testing.contract.checks.isolation import tenants_are_isolated
from orderloom.testing.contract.checks.leaving import it_can_leave_and_return
from orderloom.testing.contract.checks.loading import (
    contributions_fit_together,
    hooks_are_known,
    it_loads,
    manifest_is_complete,
)
from orderloom.testing.contract.checks.naming import names_are_well_formed
from orderloom.testing.contract.checks.notifying import (
    notifications_listen,
    notifications_reach_people,
    reactions_bear_repetition,
)
from orderloom.testing.contract.checks.pages import (
    commands_have_help,
    documents_are_printed,
    importers_have_headings,
    readme_names_everything,
)
from orderloom.testing.contract.checks.problems import problems_are_well_made
from orderloom.testing.contract.checks.rights import permissions_exist, rights_are_asked
from orderloom.testing.contract.checks.settings import settings_can_be_set
from orderloom.testing.contract.checks.tables import (
    migrations_make_the_tables,
    tables_belong_to_tenants,
)
from orderloom.testing.contract.checks.touring import hooks_run, statuses_are_reached

CHECKS = (
    it_loads,
    manifest_is_complete,
    hooks_are_known,
    contributions_fit_together,
    contributions_are_repeatable,
    data_can_be_upgraded,
    names_are_well_formed,
    permissions_exist,
    settings_can_be_set,
    notifications_listen,
    commands_have_help,
    importers_have_headings,
    readme_names_everything,
    tables_belong_to_tenants,
    migrations_make_the_tables,
    statuses_are_reached,
    hooks_run,
    rights_are_asked,
    checks_only_read,
    decisions_are_repeatable,
    explanations_are_given,
    problems_are_well_made,
    documents_are_printed,
    notifications_reach_people,
    reactions_bear_repetition,
    tenants_are_isolated,
    faults_are_contained,
    it_can_leave_and_return,
)
