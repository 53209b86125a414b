// Exits with a status (argument, default 0).
import { numberArgument } from '../scap.ts';

process.exitCode = numberArgument(0, 0);
