// Exits with status 0 while a grandchild, which shares its output, prints `late N` for three seconds.
import { spawn } from 'node:child_process';
import { say } from '../scap.ts';

const grandchild = `
  let number = 0;
  setInterval(() => console.log('late ' + ++number), 50);
  setTimeout(() => process.exit(), 3000);
`;
await say('parent ends');
spawn(process.execPath, ['-e', grandchild], { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
