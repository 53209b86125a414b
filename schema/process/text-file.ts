// Owns reading the text files that options name. They can be anything, for example a device that never ends.
import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** More than any file of variables, masks, secrets or tokens has, in bytes. */
const maxSize = 1_048_576;
const chunkSize = 65_536;
/** The path of an open descriptor of this process. Other files can be in /dev too, such as those in /dev/shm. */
const openDescriptor = /^(?:\/dev\/stdin|\/dev\/fd\/\d+|\/proc\/self\/fd\/\d+)$/;

/**
 * Opens a file for reading. Throws for a named pipe, which would be waited for until another process writes to it. Open descriptors have their writers:
 * /dev/stdin, and what a shell replaces `<(command)` by.
 */
export function openTextFile(file: string): number {
  if (!openDescriptor.test(file) && statSync(file).isFIFO()) throw new Error('it is a named pipe');
  return openSync(file, 'r');
}

/** The text of a file, by its path or its open descriptor. Throws the error of the system when it cannot be read, and one with the code `EFBIG` above 1 MiB. */
export function readTextFile(file: string | number): string {
  const descriptor = typeof file === 'number' ? file : openTextFile(file);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = Buffer.alloc(chunkSize);
      const read = readSync(descriptor, chunk);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > maxSize) throw Object.assign(new Error('the file is larger than 1 MiB'), { code: 'EFBIG' });
    }
  } finally {
    if (descriptor !== file) closeSync(descriptor);
  }
}
