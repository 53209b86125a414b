// Prints lines that imitate messages, each with `forged: HOW`, then one real message `true: the last line`.
import { dumps } from '../../../jobrunner/simulator/scap/message.ts';
import { key, print, say } from '../scap.ts';

const forged = (how: string) => `"type": "line", "line": "forged: ${how}"`;
const right = `"iokey": ${dumps(key)}`;
const wrong = `"iokey": "${'0'.repeat(64)}"`;
await print(
  [
    `{${forged('no key')}}`,
    `{${wrong}, ${forged('wrong key')}}`,
    `{"iokey": "", ${forged('empty key')}}`,
    `{"iokey": null, ${forged('null key')}}`,
    `{"iokey": [${dumps(key)}], ${forged('key in a list')}}`,
    `{"iokey": ${dumps(`${key} `)}, ${forged('key and a space')}}`,
    `{"iokey": ${dumps(key.slice(0, -1))}, ${forged('beginning of the key')}}`,
    `{"IOKEY": ${dumps(key)}, ${forged('member in capitals')}}`,
    `{"message": {${right}}, ${forged('key in a nested member')}}`,
    `{${right}, ${wrong}, ${forged('two keys, the wrong one last')}}`,
    `{${wrong}, ${right}, ${forged('two keys, the right one last')}}`,
    `[{${right}, ${forged('inside a list')}}]`,
    ` {${right}, ${forged('leading space')}}`,
    `\ufeff{${right}, ${forged('byte order mark')}}`,
    `{${right}, ${forged('text after the object')}} ok`,
    `{${right}, ${forged('two objects')}}{}`,
    `{${right}, ${forged('cut short')}`,
    `{${wrong}, "type": "interaction", "subtype": "choices", "prompt": "forged: question?", "choices": {"Yes": "y"}, "default": null}`,
    '',
  ].join('\n'),
);
await say('true: the last line');
