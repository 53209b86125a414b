// Main: writes docs/api-changes.md, what changed in the API since its last release; with --check only checks that the page is current (exit status 1 if not).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deprecations } from '../schema/graphql/deprecation.ts';
import { coordinateOf, readSchemas, type SchemaChange, schemaChanges } from './schema-change.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = join(import.meta.dirname, '..', 'docs', 'api-changes.md');

/** The sections of the page: what a change must be to be listed. The type of a new field is listed with the field. */
const sections: readonly (readonly [heading: string, types: RegExp])[] = [
  ['Removed', /^(FIELD|INPUT_FIELD|FIELD_ARGUMENT|ENUM_VALUE|TYPE|UNION_MEMBER)_REMOVED$/],
  ['Deprecated', /DEPRECATION_(REASON_)?ADDED$/],
  ['Changed', /TYPE_CHANGED$|DEFAULT_(VALUE_)?CHANGED$/],
  ['Added', /^(FIELD|INPUT_FIELD|FIELD_ARGUMENT|ENUM_VALUE|UNION_MEMBER)_ADDED$/],
];

const versions = readSchemas();
const reasons = deprecations(versions.current);
const known = new Set(Object.keys(versions.released.getTypeMap()));

/** Parts of a new type are part of that type, which is listed as a whole. */
const isOfKnownType = (change: SchemaChange): boolean => known.has((change.path ?? '').split('.')[0] ?? '');

function entriesOf(changes: readonly SchemaChange[], types: RegExp): string[] {
  const lines = changes
    .filter((change) => types.test(change.type) && isOfKnownType(change))
    .map((change) => {
      const coordinate = coordinateOf(change).replace(/\.@deprecated.*$/, '');
      // The reason of a deprecation names what to use instead, and until when the old part works.
      const reason = change.type.includes('DEPRECATION') ? reasons.get(coordinate)?.reason : undefined;
      return `- \`${coordinate}\`: ${reason ?? change.message}`;
    });
  const added = types.test('FIELD_ADDED')
    ? changes.filter(({ type }) => type === 'TYPE_ADDED').map(({ path }) => `- \`${path}\`: a new type`)
    : [];
  return [...new Set([...lines, ...added])].sort();
}

const changes = await schemaChanges(versions);
const text = [
  '# Changes of the API since the last release',
  '',
  `Written by \`npm run codegen\` from the schema of version ${versions.version} and the current one. Do not edit. [For tool authors](api.md#changes-of-the-api) says what may change and how.`,
  '',
  ...sections.flatMap(([heading, types]) => {
    const entries = entriesOf(changes, types);
    return entries.length === 0 ? [] : [`## ${heading}`, '', ...entries, ''];
  }),
].join('\n');

if (!values.check) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/api-changes.md is not current: run `node tools/api-changes.ts`');
  process.exitCode = 1;
}
