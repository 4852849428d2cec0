// From command line, environment and file to one checked Configuration: flag before variable before file before profile.
import { readFileSync } from 'node:fs';
import { entitiesProblem } from './entities.ts';
import { placeOfFault } from './json-fault.ts';
import { BadValue } from './kinds.ts';
import { profiles } from './profiles/profiles.ts';
import { type Configuration, type SettingName, settings } from './settings.ts';

/** One line that names the setting and says what is wrong. */
export class SettingsError extends Error {
  readonly setting: string;
  constructor(setting: string, message: string) {
    super(`${setting}: ${message}`);
    this.name = 'SettingsError';
    this.setting = setting;
  }
}

const isName = (name: string): name is SettingName => Object.hasOwn(settings, name);
const names = Object.keys(settings).filter(isName);

export const flagOf = (name: SettingName): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
export const variableOf = (name: SettingName): string =>
  `CONCORD_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

type Given = ReadonlyMap<SettingName, { readonly value: unknown; readonly source: string }>;

function fromArguments(argv: readonly string[]): Given {
  const given = new Map<SettingName, { value: string; source: string }>();
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const equals = argument.indexOf('=');
    const flag = equals < 0 ? argument : argument.slice(0, equals);
    const name = names.find((candidate) => flagOf(candidate) === flag && !('fileOnly' in settings[candidate]));
    if (!name) throw new SettingsError(flag, 'no such setting; --help lists them');
    if (equals < 0) index += 1;
    const value = equals < 0 ? argv[index] : argument.slice(equals + 1);
    if (value === undefined) throw new SettingsError(flag, 'needs a value');
    given.set(name, { value, source: flag });
  }
  return given;
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Given {
  const given = new Map<SettingName, { value: string; source: string }>();
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('CONCORD_') || value === undefined) continue;
    const name = names.find((candidate) => variableOf(candidate) === variable && !('fileOnly' in settings[candidate]));
    // Variables of tests and of other programs of the family share the prefix: only what is set here is read here.
    if (name) given.set(name, { value, source: variable });
  }
  return given;
}

function fromFile(file: string, read: (path: string) => string): Given {
  let content: unknown;
  let text = '';
  try {
    text = read(file);
    content = JSON.parse(text);
  } catch (error) {
    const place = error instanceof SyntaxError ? `${placeOfFault(text)}: ` : '';
    const reason = error instanceof Error ? error.message : error;
    throw new SettingsError('config', `${file} cannot be read: ${place}${reason}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new SettingsError('config', `${file} must hold one JSON object`);
  const given = new Map<SettingName, { value: unknown; source: string }>();
  for (const [name, value] of Object.entries(content)) {
    if (!isName(name) || name === 'config') throw new SettingsError(name, `no such setting in ${file}`);
    given.set(name, { value, source: `${name} in ${file}` });
  }
  return given;
}

const readValue = <N extends SettingName>(name: N, value: unknown, source: string): Configuration[N] => {
  try {
    // The table and the Configuration type are the same declaration; TypeScript loses that over a generic name.
    return settings[name].read(value) as Configuration[N];
  } catch (error) {
    if (error instanceof BadValue) throw new SettingsError(source, error.message);
    throw error;
  }
};

/** Throws SettingsError. Reads the file named by `config` and nothing else. */
export function readConfiguration(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Configuration {
  const direct: Given = new Map([...fromEnvironment(environment), ...fromArguments(argv)]);
  const file = direct.get('config');
  const given: Given = file
    ? new Map([...fromFile(readValue('config', file.value, file.source), readFile), ...direct])
    : direct;
  const chosen = given.get('profile');
  const profileName = chosen ? readValue('profile', chosen.value, chosen.source) : 'default';
  const profile = profiles.find((candidate) => candidate.name === profileName);
  if (!profile) {
    const known = profiles.map((candidate) => candidate.name).join(', ');
    throw new SettingsError(chosen?.source ?? 'profile', `no profile "${profileName}"; there is: ${known}`);
  }
  const value = <N extends SettingName>(name: N): [N, Configuration[N]] => {
    const found = given.get(name);
    const fallback = { ...defaults, ...profile.values }[name];
    return [name, found ? readValue(name, found.value, found.source) : fallback];
  };
  return checked(Object.assign({}, defaults, Object.fromEntries(names.map(value))));
}

const defaults: Configuration = Object.assign({}, ...names.map((name) => ({ [name]: settings[name].default })));

/** What no setting can see alone. */
function checked(configuration: Configuration): Configuration {
  const titles = configuration.peers.map((peer) => peer.aeTitle);
  const twice = titles.find((title, index) => titles.indexOf(title) !== index);
  if (twice !== undefined) throw new SettingsError('peers', `the AE title ${twice} is there twice`);
  const codes = configuration.keyObjectTitles.map(({ code }) => code);
  const twiceCoded = codes.find((code, index) => codes.indexOf(code) !== index);
  if (twiceCoded !== undefined) throw new SettingsError('keyObjectTitles', `the code ${twiceCoded} is there twice`);
  if (codes.length > 0 && configuration.contextGroupCreator === '')
    throw new SettingsError('contextGroupCreator', 'is needed where keyObjectTitles has entries');
  const problem = entitiesProblem(configuration.entities, configuration.dicomPort);
  if (problem !== undefined) throw new SettingsError('entities', problem);
  return configuration;
}

/** What `--help` prints: one paragraph per setting, made from the table. */
export function helpText(): string {
  const lines = names.map((name) => {
    const setting = settings[name];
    const given = 'fileOnly' in setting ? `${name} (configuration file only)` : `${flagOf(name)} (${variableOf(name)})`;
    return `  ${given}\n      ${setting.text}\n      ${setting.range}`;
  });
  const known = profiles.map((profile) => `  ${profile.name}  ${profile.text}`);
  return [
    'Settings: flag, then variable, then configuration file, then profile.',
    ...lines,
    'Profiles:',
    ...known,
  ].join('\n');
}
