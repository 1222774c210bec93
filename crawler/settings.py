"""Scrapy's settings, hardened: every default of 2.19 that would harm an outlet or this machine is named here."""

from monitor import __version__

BOT_NAME = "diplowatch"
SPIDER_MODULES = ["crawler.spiders"]
USER_AGENT = f"diplowatch/{__version__}"  # the spider adds the contact
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*;q=0.5",
}

# Nothing listens, nothing but HTTP is fetched, no proxy that would resolve names behind the guard's back.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
HTTPPROXY_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
TWISTED_DNS_RESOLVER = "crawler.guard.GuardResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
REFERER_ENABLED = True  # the redirect middleware asks for it; with the policy below nothing is sent
REFERRER_POLICY = "no-referrer"

# Budgets.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # of the page unpacked, too
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30  # for the whole answer, however slowly it drips
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
URLLENGTH_LIMIT = 2048

# One connection a host; hosts that hang must not keep the others waiting.
CONCURRENT_REQUESTS = (
    0  # no limit over all hosts: what waits for a slow one must not count; crawler.spiders.outlets.CLAIMS bounds it
)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0.2  # around 1.25 times the delay (crawler.place.STRETCH)
CONCURRENT_ITEMS = 16
REACTOR_THREADPOOL_MAXSIZE = 20  # names are looked up there

# The ledger knows what was seen and what is tried again; answers of every status reach the spider.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
RETRY_ENABLED = False
HTTPERROR_ALLOW_ALL = True
ROBOTSTXT_OBEY = False  # obeyed by RobotsGate, without Scrapy's race and its endless cache
# All that Scrapy brings and we use. It imports what stands in these, even what is off: 10 MB of web servers, shells and cookies.
EXTENSIONS_BASE = {"scrapy.extensions.closespider.CloseSpider": 0, "scrapy.extensions.feedexport.FeedExporter": 0}
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": 800,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.rendering.RenderGate": 50,  # sees an answer last
    "crawler.politeness.robots.RobotsGate": 100,
    "crawler.politeness.waits.WaitGate": 110,
    "crawler.received.ReceivedGate": 900,  # below HttpCompressionMiddleware
}
ITEM_PIPELINES = {"crawler.pipelines.IngestPipeline": 100}
STATS_DUMP = False
LOGSTATS_INTERVAL = 0
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FEED_EXPORT_ENCODING = "utf-8"
