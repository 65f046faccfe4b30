// htmx without eval and without styles written into the page: the Content-Security-Policy allows neither.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold opened cases; none may stay in the browser's storage
  refreshOnHistoryMiss: true,
  withCredentials: false,
  scrollIntoViewOnBoost: false,
});
