// Owns how the target of a request is divided into path and query. Not what they mean (exchange.ts, base-path.ts).

/** The path and the query of the target of a request. A query may contain further question marks. Pure. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const [path = ''] = target.split('?', 1);
  return { path, query: target.slice(path.length + 1) };
}
