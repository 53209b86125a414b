// Ends at once with the status given as argument (default 0).
import { numberArgument } from './scap.ts';

process.exitCode = numberArgument(0, 0);
