// Owns finding cycles in a directed graph.

/** A graph: for each node, the nodes that it points to. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The nodes that can be reached from a node by at least one edge, with the node before each on a shortest path. */
function reachableFrom(start: string, graph: Graph): Map<string, string> {
  const before = new Map<string, string>();
  const queue = [start];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const next of graph.get(node) ?? []) {
      if (before.has(next)) continue;
      before.set(next, node);
      queue.push(next);
    }
  }
  return before;
}

/**
 * Cycles that together contain every node that is part of one, each a shortest one through its first node. Empty if the graph has no cycle.
 */
export function importCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const reported = new Set<string>();
  for (const start of graph.keys()) {
    if (reported.has(start)) continue;
    const before = reachableFrom(start, graph);
    if (!before.has(start)) continue;
    const cycle = [start];
    for (let node = before.get(start); node !== undefined && node !== start; node = before.get(node)) {
      cycle.splice(1, 0, node);
    }
    for (const node of cycle) reported.add(node);
    cycles.push(cycle);
  }
  return cycles;
}
