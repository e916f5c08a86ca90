"""The signing pages: server-rendered, without a line of JavaScript. See `docgen.web.app`."""
