// Owns how bundles keep the fetch and the WebSocket of Node unloaded: loading them takes more CPU time than the rest of the start of Node.
import http from 'node:http';
import type { Plugin } from 'rolldown';

const name = 'node:http';

/** The names that `node:http` exports, except the ones that load the WebSocket of Node when they are read. */
const exportedNames = Object.keys(http).filter(
  (each) => Object.getOwnPropertyDescriptor(http, each)?.get === undefined,
);

/**
 * Replaces imports of `node:http` by a module that exports the same. An import reads each property of the module, so it loads the WebSocket. The build
 * fails when a source imports one of the names that are left out.
 */
export function lightHttpModule(): Plugin {
  return {
    name: 'light-http-module',
    resolveId: {
      filter: { id: /^(node:)?http$/ },
      // `require` in the code of a package reads no property by itself.
      handler: (_id, _importer, { kind }) => (kind === 'import-statement' ? `\0${name}` : null),
    },
    load: {
      filter: { id: new RegExp(`^\\0${name}$`) },
      handler: () =>
        [
          `const http = process.getBuiltinModule('${name}');`,
          'export default http;',
          `export const { ${exportedNames.join(', ')} } = http;`,
        ].join('\n'),
    },
  };
}

/** How the adapter below Yoga finds out whether its requests are those of Node. On Node they never are. */
const comparison = 'fetchAPI.Request !== globalThis.Request';

/** Replaces the comparison, which loads the fetch of Node, by its result. */
export function lightServerAdapter(): Plugin {
  return {
    name: 'light-server-adapter',
    transform: {
      filter: { id: /@whatwg-node\/server\/esm\/createServerAdapter\.js$/ },
      handler(code) {
        if (!code.includes(comparison)) this.error(`@whatwg-node/server no longer has "${comparison}"`);
        return { code: code.replace(comparison, 'true'), map: null };
      },
    },
  };
}
