// Sends lines with ANSI colours: 16, 256 and 24-bit colours, colours that continue on later lines, incomplete sequences, and sequences that are not colours.
import { print, say } from '../scap.ts';

for (let colour = 30; colour <= 37; colour++)
  await say(
    `\x1b[${colour}m${colour}\x1b[0m \x1b[1;${colour}mbold ${colour}\x1b[22;39m \x1b[${colour + 60}mbright\x1b[m`,
  );
await say(
  '\x1b[38;5;208m256 colours\x1b[0m \x1b[48;2;10;20;30m24 bits\x1b[0m \x1b[38:2::255:0:0mcolons\x1b[0m',
);
await say('\x1b[31mopened here');
await print('still red, and plain output\n');
await say('reset here\x1b[0m, no longer red');
await say(
  '\x1b[3mitalic\x1b[23m \x1b[4munderlined\x1b[24m \x1b[7minverse\x1b[27m \x1b[9mstruck\x1b[29m \x1b[2mdim\x1b[22m',
);
await say(
  '\x1b]8;;javascript:alert(1)\x07a link\x1b]8;;\x07 \x1b[2J\x1b[Hcleared \x1b[10Amoved \x1b]0;title\x07titled',
);
await say('overwritten\rthis shows');
await say('cut \x1b[');
await say('31m not a colour any more');
await say('\x1b[999;;;mout of range\x1b[0m \x1b[31;1;4;7;38;5mmissing its number\x1b[0m');
