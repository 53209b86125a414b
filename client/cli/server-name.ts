// Owns how a server is named: by a URL, or by a Unix socket. Not how it is reached (transport.ts).

/** `unix:/run/spiderpig/web.sock`, or with a base path behind a colon: `unix:/run/spiderpig/web.sock:/spiderpig`. */
export const socketPattern = /^unix:(\/[^\s:?#]+)(?::(\/[^\s:?#]*))?$/;

/** Whether a text names a server: by an http or https URL, or by the path of a Unix socket. Pure. */
export const isServerName = (name: string): boolean =>
  socketPattern.test(name) || (/^https?:\/\/[^\s]+$/.test(name) && URL.canParse(name));

/** Whether the server has an address that a browser can open. Pure. */
export const hasPages = (name: string): boolean => !socketPattern.test(name);
