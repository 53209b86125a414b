// Owns what bundles leave out at the start: parts of Node, comments and an Intl object that loading or preparing a package would use without need. Measured in decision 62.
import { createRequire, isBuiltin } from 'node:module';
import { relative } from 'node:path';
import type { Plugin } from 'rolldown';
import { packageRoot } from '../schema/process/files.ts';

const prefix = '\0light:';
const require = createRequire(import.meta.url);

/**
 * Replaces imports of Node's own modules by modules that read only the properties that are imported. An import by Node reads every property, and some
 * are loaded when they are read: the `fetch` and the WebSocket of `node:http` take more CPU time than the rest of the start of Node, and `node:fs`,
 * `node:crypto`, `node:util` and `node:buffer` each load others.
 */
export function lightNodeModules(): Plugin {
  return {
    name: 'light-node-modules',
    resolveId: {
      handler(id, importer, { kind }) {
        // `require` in the code of a package reads no property by itself. The bundler's own code imports node:module.
        if (kind !== 'import-statement' || !isBuiltin(id) || /^(node:)?module$/.test(id)) return null;
        // One for each importer: what one of them reads is not loaded for the others.
        const of = relative(packageRoot, importer ?? '');
        return { id: `${prefix}${id.replace(/^node:/, '')} of ${of}`, moduleSideEffects: false };
      },
    },
    load: {
      filter: { id: new RegExp(`^${prefix}`) },
      handler: (id) => moduleText(id.slice(prefix.length).replace(/ of .*/, '')),
    },
  };
}

/** The text of a module that exports what a module of Node exports. What is not imported is removed by the bundler, since reading it is marked as pure. */
function moduleText(name: string): string {
  const names = Object.keys(require(`node:${name}`)).filter((each) => each !== 'default');
  return [
    `const node = /* @__PURE__ */ process.getBuiltinModule('node:${name}');`,
    'export default node;',
    // Readers of the bundle see the name. Another one where it is a word of JavaScript.
    ...names.map((each) => `const ${localName(each)} = /* @__PURE__ */ (() => node.${each})();`),
    `export { ${names.map((each) => `${localName(each)} as ${each}`).join(', ')} };`,
  ].join('\n');
}

const localName = (name: string): string =>
  /^(?:node|process|default|delete|import|export)$/.test(name) ? `${name}OfNode` : name;

/** A replacement in the code of one package. */
interface Replacement {
  readonly name: string;
  readonly file: RegExp;
  readonly before: string;
  readonly after: string;
}

const replacements: readonly Replacement[] = [
  {
    // Whether the requests of the adapter below Yoga are those of Node, which loads the fetch of Node. They never are.
    name: 'light-server-adapter',
    file: /@whatwg-node\/server\/esm\/createServerAdapter\.js$/,
    before: 'fetchAPI.Request !== globalThis.Request',
    after: 'true',
  },
  {
    // The first call of localeCompare makes a collator of ICU: a twelfth of the start of a supervisor, for the order in which entities are kept.
    name: 'light-entity-order',
    file: /@mikro-orm\/core\/metadata\/MetadataDiscovery\.js$/,
    before: 'b.root.name.localeCompare(a.root.name)',
    after: '(b.root.name === a.root.name ? 0 : b.root.name < a.root.name ? -1 : 1)',
  },
];

/** Replaces what packages do without need at the start. The build fails when a package no longer contains it. */
export const lightPackages = (): Plugin[] =>
  replacements.map(({ name, file, before, after }) => ({
    name,
    transform: {
      filter: { id: file },
      handler(code) {
        if (!code.includes(before)) this.error(`${file.source} no longer has "${before}"`);
        return { code: code.replace(before, after), map: null };
      },
    },
  }));
