"""The kit for integrators: builders, fakes, a bench to try modules on, and the contract suite.

The public names stand in `__init__.pyi`, each imported when it is first used; pytest is needed
only by `contract_tests` and `bench_fixture` (`orderloom[testing]`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
