"""Microsoft.Web: plans and function apps, kept; their code runs where somebody says that it was deployed to.

A site is bound to a Functions host by `POST /_emulator/sites` (`deployed`), as deploying code to it would: from then on
its functions are listed, its keys can be read, and events are delivered to it. Source: Microsoft.Web 2024-11-01.
"""

from local.emulator.arm.provider import Provider
from local.emulator.providers.web import deployed, settings, sites

PROVIDER = Provider(
    namespace="Microsoft.Web",
    routes=(
        *sites.PLANS.routes(),
        *sites.SITES.routes(),
        *sites.POLICIES.routes(),
        *settings.CONFIGS.routes(),
        *settings.ROUTES,
        *deployed.ROUTES,
    ),
    controls={("GET", "/sites"): deployed.show, ("POST", "/sites"): deployed.bind},
)
