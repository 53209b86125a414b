// Asks a question and kills itself with SIGKILL.
import { sendQuestion } from '../scap.ts';

await sendQuestion('Will anybody answer this?');
process.kill(process.pid, 'SIGKILL');
