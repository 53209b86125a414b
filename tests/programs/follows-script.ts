// Follows a script, a JSON list in the first argument: statuses, lines, questions, then the exit. An answer can end it early.
import { ask, finish, print, send } from './scap.ts';

/** One step. `exits`: with which status an answer to this question ends the program. */
interface Step {
  readonly status?: string | null;
  readonly line?: string;
  readonly ask?: string;
  readonly choices?: { readonly [label: string]: string };
  readonly exits?: { readonly [answer: string]: number };
  readonly exit?: number;
}

const steps: readonly Step[] = JSON.parse(process.argv[2] ?? '[]');

async function follow(): Promise<number> {
  for (const step of steps) {
    if (step.status !== undefined) await send({ type: 'status', status: step.status });
    if (step.line !== undefined) await print(`${step.line}\n`);
    if (step.ask !== undefined) {
      const status = step.exits?.[await ask(step.ask, step.choices)];
      if (status !== undefined) return status;
    }
    if (step.exit !== undefined) return step.exit;
  }
  return 0;
}

process.exitCode = await follow();
finish();
