// Tests that the examples in the documentation are valid: GraphQL against the schema, `spiderpig` commands against the table of commands, links against headings.
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { commands } from '../bin/command.ts';

const root = join(import.meta.dirname, '..');
const schema = buildSchema(readFileSync(join(root, 'schema', 'graphql', 'schema.graphql'), 'utf8'));
const apiPage = readFileSync(join(root, 'docs', 'api.md'), 'utf8');

const blocksOf = (language: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );

function errorsOf(source: string): string[] {
  try {
    return validate(schema, parse(source)).map(({ message }) => message);
  } catch (error) {
    return [String(error)];
  }
}

test('every GraphQL block of docs/api.md is valid', () => {
  const blocks = blocksOf('graphql', apiPage);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.flatMap(errorsOf)).toEqual([]);
});

test('every GraphQL operation in a shell or TypeScript block of docs/api.md is valid', () => {
  const blocks = [...blocksOf('sh', apiPage), ...blocksOf('ts', apiPage)];
  const operations = blocks.flatMap((block) =>
    [...block.matchAll(/"query": "([^"]*)"|query = `([^`]*)`/g)].map(([, json, code]) => json ?? code ?? ''),
  );
  expect(operations.length).toBeGreaterThan(2);
  expect(operations.flatMap(errorsOf)).toEqual([]);
});

test('every selection of fields in the text of docs/api.md is valid', () => {
  const selections = [...apiPage.matchAll(/`([A-Za-z]+(?:\([^`]*?\))? \{ [^`…]* \})`/g)].map(
    ([, selection = '']) => selection,
  );
  expect(selections.length).toBeGreaterThan(3);
  // A selection belongs to a query, a subscription or, after the name of a type, to that type.
  const invalid = selections.filter((selection) => {
    const operations = [`{ ${selection} }`, `subscription { ${selection} }`];
    const onType = errorsOf(`fragment Example on ${selection}`).filter(
      (message) => !message.includes('is never used'),
    );
    return onType.length > 0 && operations.every((source) => errorsOf(source).length > 0);
  });
  expect(invalid).toEqual([]);
});

test('every spiderpig command in a shell block of the documentation exists', () => {
  const names = commands.map(({ name }) => name);
  const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })];
  const used = pages.flatMap((page) =>
    blocksOf('sh', readFileSync(join(root, page), 'utf8')).flatMap((block) =>
      [...block.matchAll(/(?<=^|[ ;])(?<!-u )spiderpig ([a-z]+)/gm)].map(([, name]) => name),
    ),
  );
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((name) => name === undefined || !names.includes(name))).toEqual([]);
});

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link of the documentation to a heading leads to a heading', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root })];
  const links = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([\w./-]*)#([^)]+)\)/g)].map(
      ([, file = '', anchor = '']) => ({
        page,
        target: file === '' ? page : posix.join(posix.dirname(page), file),
        anchor,
      }),
    ),
  );
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter(({ target, anchor }) => !anchorsOf(target).includes(anchor))).toEqual([]);
});
