// The snippet: makes the methods callable at once and fetches the rest. Put it into the page, or serve it as a file.
(function (window, document, host, key, options) {
  var analytics = (window.analytics = window.analytics || []);
  if (analytics.invoked) return;
  analytics.invoked = true;
  analytics._writeKey = key;
  analytics._loadOptions = options;
  "track page screen identify group alias reset ready on once off consent setAnonymousId trackLink trackForm addSourceMiddleware flush debug"
    .split(" ")
    .forEach(function (method) {
      analytics[method] = function () {
        analytics.push([method].concat([].slice.call(arguments)));
        return analytics;
      };
    });
  var script = document.createElement("script");
  script.async = true;
  script.src = host + "/sdk/" + key + ".js";
  document.head.appendChild(script);
})(window, document, "HOST", "WRITE_KEY", {});
