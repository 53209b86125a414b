// Owns the table of access rights, computed by executing the rules of the schema. Not the rules (builder.ts, each noun's module).
import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import type { Role } from '../model/account/user.ts';
import type { Budget, Context } from './context.ts';

interface Caller {
  readonly name: string;
  /** Null for no role. The server refuses such callers before an operation is parsed; this shows that every rule would refuse them too. */
  readonly role: Role | null;
  readonly by: 'session' | 'token';
}

/** All kinds of callers: the columns of the table. */
export const callers = [
  { name: 'nobody', role: null, by: 'session' },
  { name: 'half signed in', role: null, by: 'session' },
  { name: 'viewer', role: 'viewer', by: 'session' },
  { name: 'deployer', role: 'deployer', by: 'session' },
  { name: 'admin', role: 'admin', by: 'session' },
  { name: 'token read', role: 'viewer', by: 'token' },
  { name: 'token deploy', role: 'deployer', by: 'token' },
] as const satisfies readonly Caller[];
export type CallerName = (typeof callers)[number]['name'];

/** A field and the callers that may read it. */
export interface FieldAccess {
  /** As in `Job.state`. */
  readonly field: string;
  /** The rule of the field, then that of its type. `by its object`: the rule depends on the object. */
  readonly rule: string;
  readonly allowed: ReadonlySet<CallerName>;
}

export class FieldWithoutRule extends Error {
  constructor(field: string) {
    super(`${field} has no rule: add authScopes to it or to its object type (schema/graphql/builder.ts)`);
  }
}

/** The rule of a field or type, as Pothos stores it; undefined if none. */
export function ruleOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): unknown {
  const options = extensions['pothosOptions'];
  if (Array.isArray(options))
    return options.map((each) => ruleOf({ extensions: { pothosOptions: each } })).find(Boolean);
  return typeof options === 'object' && options !== null && 'authScopes' in options
    ? options.authScopes
    : undefined;
}

function ruleText(rule: unknown): string {
  if (typeof rule === 'function') return 'by its object';
  if (typeof rule !== 'object' || rule === null) return String(rule);
  return Object.entries(rule)
    .map(([scope, wanted]) => (wanted === true ? scope : `${scope}: ${JSON.stringify(wanted)}`))
    .join(' or ');
}

/** A stub: each member and each call returns the stub again. Resolvers run on it once the rule has allowed access. */
function stub(): object {
  const itself: object = new Proxy(() => itself, {
    get: (_target, key) => (key === 'then' || typeof key === 'symbol' ? undefined : itself),
    apply: () => itself,
  });
  return itself;
}

function contextOf({ role, by }: Caller): Context {
  const rest = stub();
  const viewer = {
    user: rest,
    role: role ?? 'nobody',
    session: by === 'session' ? rest : null,
    // The text of a refusal names the scope.
    token: by === 'token' ? { scope: 'read' } : null,
    through: { channel: 'page', address: null },
  };
  const { signal } = new AbortController();
  const budget: Budget = { signal, count: () => {}, turn: () => null, text: () => {} };
  const context: Record<string, unknown> = { viewer, budget, now: () => 0 };
  // The cast is intended: stubs and the invalid role “nobody” are not values of their types.
  return new Proxy(context, {
    get: (target, key) => (typeof key === 'string' && key in target ? target[key] : rest),
  }) as unknown as Context;
}

const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  'extensions' in error &&
  typeof error.extensions === 'object' &&
  error.extensions !== null &&
  'code' in error.extensions &&
  error.extensions.code === 'FORBIDDEN';

/** Whether a call is not refused. Any other error, such as one caused by a stub, means that access was allowed. */
async function passes(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    return !isRefusal(error);
  }
}

async function isAllowed(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  caller: Caller,
): Promise<boolean> {
  const context = contextOf(caller);
  const parent = stub();
  const info = {
    schema,
    fieldName: field.name,
    parentType: type,
    returnType: field.type,
    path: { prev: undefined, key: field.name, typename: type.name },
  };
  // Rules use only these members of `info`.
  const about = info as unknown as Parameters<NonNullable<typeof field.resolve>>[3];
  const seen = await passes(() => type.isTypeOf?.(parent, context, about));
  if (!seen) return false;
  const begin = type === schema.getSubscriptionType() ? field.subscribe : field.resolve;
  return await passes(() => begin?.(parent, {}, context, about));
}

/** The access rights of all fields: executes each rule for each caller. Rejects with {@link FieldWithoutRule}. */
export async function accessOf(schema: GraphQLSchema): Promise<FieldAccess[]> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .sort((one, other) => {
      const [first, second] = [roots.indexOf(one), roots.indexOf(other)];
      if (first !== second && (first !== -1 || second !== -1))
        return (first === -1 ? roots.length : first) - (second === -1 ? roots.length : second);
      return one.name < other.name ? -1 : 1;
    });
  const all: FieldAccess[] = [];
  for (const type of types) {
    const ofType = ruleOf(type);
    const fields = Object.values(type.getFields()).sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const field of fields) {
      const name = `${type.name}.${field.name}`;
      const rules = [ruleOf(field), ofType].filter((rule) => rule !== undefined);
      if (rules.length === 0) throw new FieldWithoutRule(name);
      const allowed = new Set<CallerName>();
      for (const caller of callers) {
        if (await isAllowed(schema, type, field, caller)) allowed.add(caller.name);
      }
      all.push({ field: name, rule: rules.map(ruleText).join(', and '), allowed });
    }
  }
  return all;
}

/** The table as it is committed. Pure. */
export function accessTable(access: readonly FieldAccess[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '<!-- Written by tools/rights.ts. Do not edit. -->',
    '',
    '# Access rights of all fields',
    '',
    'Computed by executing the rule of each field for each kind of caller ([decision 30](decisions/0030-rights.md)). Callers that are not signed in, or have not entered the second factor, are refused before an operation is parsed; every rule would refuse them too. The rule `by its object` depends on the object. `server/graphql/rights.test.ts` checks the same against a real server.',
    '',
    row(['field', 'rule', ...callers.map(({ name }) => name)]),
    row(['---', '---', ...callers.map(() => ':-:')]),
    ...access.map(({ field, rule, allowed }) =>
      row([`\`${field}\``, rule, ...callers.map(({ name }) => (allowed.has(name) ? 'yes' : '–'))]),
    ),
    '',
  ].join('\n');
}
