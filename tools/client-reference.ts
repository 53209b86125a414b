// Main: writes docs/client.md, the reference of the client package, from the comments of its source. With --check it only compares: exit status 1 when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const sdk = join(root, 'client', 'sdk');

/** A documented member or type: its declaration on one line, and its comment as one paragraph. */
interface Documented {
  readonly declaration: string;
  readonly comment: string;
}

/** The source of an exported interface or class, between its braces. */
function bodyOf(source: string, name: string): string {
  const found = new RegExp(`export (?:interface|class) ${name}[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(
    source,
  )?.[1];
  if (found === undefined) throw new Error(`client/sdk does not export ${name}`);
  return found;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const commentText = (comment: string): string => oneLine(comment.replaceAll(/^\s*\/?\*+\/?|\*\/\s*$/gm, ''));

/** The members of a body, in its order: those with a comment, and methods without one. */
function membersOf(body: string): Documented[] {
  const member = /^ {2}(\/\*\*[\s\S]*?\*\/)?\n? *((?:readonly )?\w+\??(?::|\()[\s\S]*?;)$/gm;
  const members = [...body.matchAll(member)].filter(
    ([, , declaration = '']) => !declaration.startsWith('constructor'),
  );
  return members.map(([, comment = '', declaration = '']) => ({
    declaration: oneLine(declaration).replace(/;$/, '').replaceAll('( ', '(').replaceAll(', )', ')'),
    comment: commentText(comment),
  }));
}

/** The exported type aliases with a comment. */
const typesOf = (source: string): Documented[] =>
  [...source.matchAll(/^(\/\*\*.*\*\/)\nexport type (\w+)/gm)].map(([, comment = '', name = '']) => ({
    declaration: name,
    comment: commentText(comment),
  }));

const list = (members: readonly Documented[]): string =>
  members
    .map(({ declaration, comment }) => `- \`${declaration}\`${comment === '' ? '' : `  \n  ${comment}`}\n`)
    .join('');

const read = (file: string): string => readFileSync(join(sdk, file), 'utf8');
const client = read('client.ts');
const text = `<!-- Written by tools/client-reference.ts from client/sdk. Do not edit. -->

# Reference of the client package

\`import { createClient } from 'spiderpig/client'\`. An introduction with an example is in [For tool authors](api.md#the-client-package).

## createClient(options)

Creates a client, which connects when it is first used. Throws a \`TypeError\` for an invalid URL.

${list(membersOf(bodyOf(read('options.ts'), 'ClientOptions')))}
## Client

${list(membersOf(bodyOf(client, 'Client')))}
## SpiderPigError

${list(membersOf(bodyOf(read('error.ts'), 'SpiderPigError')))}
## Types

The fields of each type are those of the same name in [\`schema.graphql\`](../schema/graphql/schema.graphql).

${list(typesOf(client))}`;

const file = join(root, 'docs', 'client.md');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (!values.check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/client.md is not current: run `node tools/client-reference.ts`');
  process.exitCode = 1;
}
