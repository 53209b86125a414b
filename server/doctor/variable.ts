// Owns the check for variables that look like options of SpiderPig but are none: a misspelt one has no effect, which nobody notices.
import {
  unknownVariables,
  unknownVariableText,
} from '../../schema/process/configuration/configuration-report.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { type Finding, warn } from './finding.ts';

/** The variables of this process, among them those of the configuration file. */
export const variableFindings = (): Finding[] =>
  unknownVariables({ options: {}, environment: process.env, root: packageRoot }).map((variable) => {
    const { what, next } = unknownVariableText(variable);
    return warn(`variable: ${what}`, next);
  });
