import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessOf, accessTable, FieldWithoutRule } from './access.ts';
import { forbidden } from './refusal.ts';
import { schema } from './schema.ts';

describe('the table of access rights', () => {
  test('docs/rights.md is current', async () => {
    const rights = join(import.meta.dirname, '..', '..', 'tools', 'rights.ts');
    await expect(promisify(execFile)(process.execPath, [rights, '--check'])).resolves.toMatchObject({
      stderr: '',
    });
  });

  test('the API refuses every field without a role or second factor', async () => {
    const access = await accessOf(schema);
    expect(access.length).toBeGreaterThan(100);
    for (const { field, allowed } of access) {
      expect([field, allowed.has('nobody'), allowed.has('half signed in')]).toEqual([field, false, false]);
    }
  });

  test('each role has the rights of the lower ones, and a token not more than its role', async () => {
    for (const { field, allowed } of await accessOf(schema)) {
      const includes = (less: Parameters<typeof allowed.has>[0], more: Parameters<typeof allowed.has>[0]) =>
        !allowed.has(less) || allowed.has(more);
      expect([field, includes('viewer', 'deployer') && includes('deployer', 'admin')]).toEqual([field, true]);
      expect([field, includes('token read', 'viewer') && includes('token deploy', 'deployer')]).toEqual([
        field,
        true,
      ]);
    }
  });
});

describe('the access rights of a schema', () => {
  const withQuery = (options: object, resolve: () => unknown = () => 'x') =>
    new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { secret: { type: GraphQLString, resolve, extensions: { pothosOptions: options } } },
      }),
    });

  test('the table of rights reports a field without a rule by its name', async () => {
    await expect(accessOf(withQuery({}))).rejects.toThrow(FieldWithoutRule);
    await expect(accessOf(withQuery({}))).rejects.toThrow(/^Query\.secret has no rule/);
  });

  test('the table of rights computes access by executing a rule, not by its name', async () => {
    const open = await accessOf(withQuery({ authScopes: { administer: true } }));
    expect(open[0]?.allowed.has('nobody')).toBe(true);
    const shut = await accessOf(
      withQuery({ authScopes: { read: true } }, () => {
        throw forbidden('no');
      }),
    );
    expect(shut[0]?.allowed.size).toBe(0);
    // Any other error comes from the resolver, so the rule allowed access.
    const broken = await accessOf(
      withQuery({ authScopes: () => true }, () => {
        throw new GraphQLError('no');
      }),
    );
    expect(broken[0]?.allowed.size).toBe(7);
    expect(accessTable(broken)).toContain('| `Query.secret` | by its object | yes | yes |');
  });
});
