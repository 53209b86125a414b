// Prints the nanoseconds of the monotonic clock as its first instruction, then ends.
process.stdout.write(`${process.hrtime.bigint()}\n`);
