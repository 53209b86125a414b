// Prints the monotonic clock's nanoseconds as its first deed and ends.
process.stdout.write(`${process.hrtime.bigint()}\n`);
