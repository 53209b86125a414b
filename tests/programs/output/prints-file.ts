// Prints a file, with the key of the job in place of each @KEY@, and writes the key to FILE.key. Arguments: FILE, bytes per write (default 65,536).
import { readFileSync, writeFileSync } from 'node:fs';
import { key, numberArgument, print } from '../scap.ts';

const file = process.argv[2] ?? '';
const size = numberArgument(1, 65_536);
const bytes = Buffer.from(readFileSync(file, 'latin1').replaceAll('@KEY@', key), 'latin1');
writeFileSync(`${file}.key`, key);
for (let start = 0; start < bytes.length; start += size) await print(bytes.subarray(start, start + size));
