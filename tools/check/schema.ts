// Main: fails if the API has changed since its last release in a way that breaks clients. With --usage FILE, the JSON of `operationUses` of a server, also if a removed part is still used.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { coordinateOf, type LastUses, objectionTo, readSchemas, schemaChanges } from '../schema-change.ts';
import { report } from './report.ts';

const { values } = parseArgs({ options: { usage: { type: 'string' } } });

/** The response to `{ operationUses { nodes { parts { coordinate lastUsedAt } } } }`. */
interface UsageFile {
  readonly data: {
    readonly operationUses: {
      readonly nodes: readonly {
        readonly parts: readonly { readonly coordinate: string; readonly lastUsedAt: string }[];
      }[];
    };
  };
}

function readUses(file: string): LastUses {
  const { data }: UsageFile = JSON.parse(readFileSync(file, 'utf8'));
  const uses = new Map<string, number>();
  for (const { coordinate, lastUsedAt } of data.operationUses.nodes.flatMap(({ parts }) => parts))
    uses.set(coordinate, Math.max(Date.parse(lastUsedAt), uses.get(coordinate) ?? 0));
  return uses;
}

const versions = readSchemas();
const uses = values.usage === undefined ? new Map<string, number>() : readUses(values.usage);
const changes = await schemaChanges(versions);
report(
  changes.flatMap((change) => {
    const message = objectionTo(change, versions, uses, Date.now());
    return message === null ? [] : [{ where: coordinateOf(change), message }];
  }),
);
