#!/usr/bin/env node
// Main: the simulated scap. Owns its environment, its command and its exit status.
import { userInfo } from 'node:os';
import { backport } from './backport.ts';
import { readArguments, usage, version } from './command-line.ts';
import { Console } from './console.ts';
import { checkLocalisation, deployPromote, prepareVersions } from './deploy-promote.ts';
import { Exit, Failure, Interrupted } from './ending.ts';
import { Interrupt } from './interrupt.ts';
import { Pace, readSpeed } from './pace.ts';
import { prep } from './prep.ts';
import { Scene } from './scene.ts';
import { changesNamedIn, syncWorld } from './sync-world.ts';

type Played = Extract<
  ReturnType<typeof readArguments>,
  { readonly name: 'backport' | 'deploy-promote' | 'prep' | 'sync-world' | 'sync-wikiversions' }
>;

async function play(scene: Scene, command: Played): Promise<number> {
  switch (command.name) {
    case 'backport':
      return backport(scene, command);
    case 'deploy-promote':
      return deployPromote(scene, command);
    case 'prep':
      await prep(scene);
      prepareVersions(command.staging);
      return 0;
    case 'sync-wikiversions':
      checkLocalisation(command.staging);
      return syncWorld(scene, command);
    case 'sync-world':
      return syncWorld(scene, command);
  }
}

/** Runs a command to its end, as Python does with its exceptions. Returns the exit status. */
async function run(scene: Scene, command: Played): Promise<number> {
  const started = scene.pace.elapsed;
  try {
    return await play(scene, command);
  } catch (error) {
    const about = `(scap version: ${version}) (duration: ${scene.durationSince(started)})`;
    if (error instanceof Exit) {
      if (error.message !== '') scene.console.printError(`${error.message}\n`);
      return error.status;
    }
    if (error instanceof Interrupted) {
      const message = 'message' in command ? command.message : '(no justification provided)';
      if (scene.announced) scene.announce(`${command.name} aborted: ${message} ${about}`);
      return 130;
    }
    if (!(error instanceof Failure)) throw error;
    scene.error(`${command.name} failed: <${error.exception}> ${error.message} ${about}`);
    return 1;
  }
}

async function main(): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const {
    SPIDERPIG_IO_KEY: key,
    SPIDERPIG_REAL_USER: user,
    SPIDERPIG_SIMULATOR_SPEED: speedText,
    SPIDERPIG_SIMULATOR_STAGING: staging,
    FORCE_COLOR: forceColour = '',
  } = process.env;
  const command = readArguments(process.argv.slice(2), staging || null);
  switch (command.name) {
    case 'version':
      stdout.write(`${version}\n`);
      return 0;
    case 'help':
      stdout.write(`${usage}\n`);
      return 0;
    case 'wrong':
      stderr.write(`${usage}\nscap: error: ${command.complaint}\n`);
      return 2;
  }
  let speed: number;
  try {
    speed = readSpeed(speedText);
  } catch (error) {
    stderr.write(`scap: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  // When nobody reads any more it ends, as Python does with its BrokenPipeError.
  stdout.on('error', () => process.exit(1));
  stderr.on('error', () => process.exit(1));
  const colours = stdout.isTTY === true || !['', '0'].includes(forceColour);
  const console = new Console({ stdin, stdout, stderr }, { key, colours });
  const isSlow =
    command.name === 'sync-world' &&
    changesNamedIn(command.message).some(({ behaviour }) => behaviour === 'slow');
  const scene = new Scene({
    console,
    pace: new Pace(speed),
    interrupt: new Interrupt(),
    user: user || userInfo().username,
    clock: () => new Date(),
    slowness: isSlow ? 10 : 1,
    staging: staging || null,
  });
  try {
    return await run(scene, command);
  } finally {
    console.close();
  }
}

if (import.meta.main) process.exitCode = await main();
