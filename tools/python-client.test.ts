import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { pythonModuleOf } from './python-client.ts';

const schema = buildSchema(`
  interface Refusal { message: String! }
  type Done { id: ID! tags: [String!] }
  type Refused implements Refusal { message: String! }
  union Result = Done | Refused
  enum Mode { FAST SLOW }
  input Input { from: Int! mode: Mode }
  type Query { run(input: Input!): Result! }
`);
const written = (document: string): string => pythonModuleOf(schema, parse(document));

test('a union becomes one TypedDict for each member, with the fields of matching fragments', () => {
  const text = written(
    'query RunIt($input: Input!) { run(input: $input) { __typename ... on Refusal { message } ... on Done { id tags } } }',
  );
  expect(text).toContain(
    'RunItData_run_Done = TypedDict(\n    "RunItData_run_Done",\n    {\n        "__typename": Literal["Done"],\n        "id": str,\n        "tags": Optional[List[str]],\n    },\n)',
  );
  expect(text).toContain('"__typename": Literal["Refused"],\n        "message": str,\n    },');
  expect(text).toContain('RunItData_run = Union[\n    RunItData_run_Done,\n    RunItData_run_Refused,\n]');
  expect(text).toContain(
    '        "from": int,\n        "mode": Optional[Mode],\n    },\n    total=False,\n)',
  );
  expect(text).toContain('RUN_IT: Operation[RunItVariables, RunItData] = Operation(\n    "RunIt",');
  expect(text.indexOf('Mode = Literal[')).toBeLessThan(text.indexOf('Input = TypedDict('));
});

test('named fragments are refused', () => {
  expect(() => written('query A { run(input: {}) { ...F } } fragment F on Done { id }')).toThrow(
    'named fragments are not supported',
  );
});
