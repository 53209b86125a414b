// Sends messages that a jobrunner does not know or cannot use (unknown type, missing, invalid or huge fields), then `end`.
import { dumps, type Json } from '../../../jobrunner/simulator/scap/message.ts';
import { key, print, say } from '../scap.ts';

const odd: readonly { readonly [member: string]: Json }[] = [
  {},
  { type: null },
  { type: 'toString' },
  { type: 'weather', weather: 'rain' },
  { type: 'line' },
  { type: 'line', line: 7 },
  { type: 'line', line: 'sensitive as text', sensitive: 'yes' },
  { type: 'status' },
  { type: 'status', status: ['a', 'b'] },
  { type: 'progress' },
  { type: 'progress', progress: null },
  { type: 'progress', progress: { name: 'No numbers' } },
  {
    type: 'progress',
    progress: { name: 'Negative', totalTasks: -1, tasksInFlight: null, tasksFinishedOk: 'x' },
  },
  { type: 'interaction', prompt: 'No subtype?', choices: { Yes: 'y' }, default: null },
  { type: 'interaction', subtype: 'slider', prompt: 'How much?', default: null },
  { type: 'interaction', subtype: 'choices', prompt: 'No choices?', default: null },
  { type: 'interaction', subtype: 'choices', prompt: 'Empty choices?', choices: {}, default: null },
  { type: 'interaction', subtype: 'choices', prompt: 'A list?', choices: ['y', 'n'], default: null },
  { type: 'interaction', subtype: 'choices', prompt: 'Number codes?', choices: { Yes: 1 }, default: null },
  { type: 'interaction', subtype: 'choices', prompt: null, choices: { Yes: 'y' }, default: null },
];
for (const members of odd) await print(`${dumps({ iokey: key, ...members })}\n`);
await say('end');
