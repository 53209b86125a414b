// Owns what the schema's rules let which caller see and do, found out by executing them. Not the rules (builder.ts, each noun's module).
import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';
import type { Role } from '../model/account/user.ts';
import type { Context } from './context.ts';

interface Caller {
  readonly name: string;
  /** Null: no role at all. Such callers are turned away at the door (server/); here it is shown that no rule would let them in either. */
  readonly role: Role | null;
  readonly by: 'session' | 'token';
}

/** Everybody there is, as the table's columns. */
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

/** One field and who may have it. */
export interface FieldAccess {
  /** As in `Job.state`. */
  readonly field: string;
  /** The rule as it is written: the field's own, then its type's. `by its object`: a rule that looks at what it is about. */
  readonly rule: string;
  readonly allowed: ReadonlySet<CallerName>;
}

/** A field that no rule is about: it would be open to whoever gets hold of its object. */
export class FieldWithoutRule extends Error {
  constructor(field: string) {
    super(
      `${field} has no rule: give it, or the object type it belongs to, authScopes (schema/graphql/builder.ts)`,
    );
  }
}

/** The rule that a field or a type was given, as Pothos keeps it. */
function ruleOf({ extensions }: { extensions: Readonly<Record<string, unknown>> }): unknown {
  const options = extensions['pothosOptions'];
  if (Array.isArray(options))
    return options.map((each) => ruleOf({ extensions: { pothosOptions: each } })).find(Boolean);
  return typeof options === 'object' && options !== null && 'authScopes' in options
    ? options.authScopes
    : undefined;
}

function words(rule: unknown): string {
  if (typeof rule === 'function') return 'by its object';
  if (typeof rule !== 'object' || rule === null) return String(rule);
  return Object.entries(rule)
    .map(([scope, wanted]) => (wanted === true ? scope : `${scope}: ${JSON.stringify(wanted)}`))
    .join(' or ');
}

/** Whatever is asked of it, it is there and does nothing: what a resolver reaches once its rule has let it in. */
function anything(): object {
  const itself: object = new Proxy(() => itself, {
    get: (_target, key) => (key === 'then' || typeof key === 'symbol' ? undefined : itself),
    apply: () => itself,
  });
  return itself;
}

function contextOf({ role, by }: Caller): Context {
  const rest = anything();
  const viewer = {
    user: rest,
    role: role ?? 'nobody',
    session: by === 'session' ? rest : null,
    token: by === 'token' ? rest : null,
    through: { channel: 'page', address: null },
  };
  const context: Record<string, unknown> = { viewer, now: () => 0 };
  // A resolver's world, and a role that is none: neither is a value of its type, and that is the point.
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

/** Whether something is done, and not refused. That it fails for want of a world is no refusal. */
async function passes(deed: () => unknown): Promise<boolean> {
  try {
    await deed();
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
  const parent = anything();
  const info = {
    schema,
    fieldName: field.name,
    parentType: type,
    returnType: field.type,
    path: { prev: undefined, key: field.name, typename: type.name },
  };
  // The rules look at the caller and the object; of the rest of `info` they are given what has a name here.
  const about = info as unknown as Parameters<NonNullable<typeof field.resolve>>[3];
  const seen = await passes(() => type.isTypeOf?.(parent, context, about));
  if (!seen) return false;
  const begin = type === schema.getSubscriptionType() ? field.subscribe : field.resolve;
  return await passes(() => begin?.(parent, {}, context, about));
}

/** Who may have which field, by executing the rule of each for each caller. Rejects with {@link FieldWithoutRule}. */
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
      all.push({ field: name, rule: rules.map(words).join(', and '), allowed });
    }
  }
  return all;
}

/** The table as it is committed. Pure. */
export function accessTable(access: readonly FieldAccess[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '<!-- Written by schema/graphql/rights.ts from the schema. Do not edit. -->',
    '',
    '# Who may have which field',
    '',
    'Found out by executing the rule of each field for each kind of caller ([decision 30](decisions/0030-rights.md)). Whoever is not signed in, or has not shown the second factor, is turned away before a document is read; no rule would let them in either. What `by its object` says depends on what the field is about. `server/graphql/rights.test.ts` asks a real server the same.',
    '',
    row(['field', 'rule', ...callers.map(({ name }) => name)]),
    row(['---', '---', ...callers.map(() => ':-:')]),
    ...access.map(({ field, rule, allowed }) =>
      row([`\`${field}\``, rule, ...callers.map(({ name }) => (allowed.has(name) ? 'yes' : '–'))]),
    ),
    '',
  ].join('\n');
}
