"""The web application: two doors (``desk`` for members, ``front`` for everybody) over the same stores.

Floors, from the top: config / front ‖ desk / outflow / lists / register / intake / evidence / cases / accounts / base.
Needs the extra ``panah[web]``. Start it with :func:`panah.web.config.boot`.
"""
