// Main: the worker thread that scans chunks of logs, one task at a time, without state between tasks. Not which chunks (scan.ts), not the time limits (scan-thread.ts).
import { parentPort, workerData } from 'node:worker_threads';
import { bytesFrom, type ChunkBytes, decodeBytes } from '../../schema/model/log/chunk.ts';
import { type LogMark, marksIn, remainingBudget } from '../../schema/model/log/mark.ts';
import { finderOf, PatternNotAccepted, searchChunk } from '../../schema/model/log/search.ts';
import type { ScanReply, ScanTask } from './scan-thread.ts';

/** The number of the current line, shared with the main thread. */
const position = new Int32Array(
  workerData instanceof SharedArrayBuffer ? workerData : new SharedArrayBuffer(4),
);

/** The chunks of a task, without the lines that were scanned before. */
function* chunksOf({ chunks, from }: ScanTask): Generator<ChunkBytes, void> {
  for (const { firstNumber, at, body } of chunks) {
    position[0] = Math.max(firstNumber, from);
    yield bytesFrom(decodeBytes(body, firstNumber, at), from);
  }
}

function search(task: ScanTask & { kind: 'search' }): ScanReply {
  const finder = finderOf(task.search);
  const lineNumbers: number[] = [];
  let count = 0;
  let { inside } = task;
  const found = (number: number): void => {
    count++;
    if (lineNumbers.length < task.room) lineNumbers.push(number);
  };
  const reached = (number: number): void => {
    position[0] = number;
  };
  for (const chunk of chunksOf(task)) {
    inside = searchChunk(chunk, inside, finder, found, reached);
  }
  return { kind: 'search', lineNumbers, count, inside };
}

function marks(task: ScanTask & { kind: 'marks' }): ScanReply {
  const found: LogMark[] = [];
  let { inside, room } = task;
  for (const chunk of chunksOf(task)) {
    const more = marksIn(chunk, inside, room);
    found.push(...more.marks);
    room = remainingBudget(room, more.marks);
    inside = more.inside;
  }
  return { kind: 'marks', marks: found, room, inside };
}

parentPort?.on('message', (task: ScanTask) => {
  let reply: ScanReply;
  try {
    reply = task.kind === 'search' ? search(task) : marks(task);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    reply = error instanceof PatternNotAccepted ? { kind: 'refused', message } : { kind: 'failed', message };
  }
  parentPort?.postMessage(reply);
});
const ready: ScanReply = { kind: 'ready' };
parentPort?.postMessage(ready);
