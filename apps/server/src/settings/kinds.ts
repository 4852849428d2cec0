// The kinds of values a setting can have: what text or JSON they take, and what they say when they cannot.

/** One row of the settings table. `T` is what the program gets. */
export interface Setting<T> {
  readonly kind: string;
  readonly default: T;
  readonly text: string;
  readonly unit?: string;
  /** The default and the range in words, for the help. */
  readonly range: string;
  /** Only in the configuration file: too large for a command line. */
  readonly fileOnly?: true;
  /** Takes text (flag, variable) or a JSON value (file); throws a BadValue that says what would be right. */
  readonly read: (value: unknown) => T;
}

/** What is wrong with a value, in words that follow the setting's name. */
export class BadValue extends Error {}

interface Common<T> {
  readonly default: T;
  readonly text: string;
  readonly unit?: string;
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? 'nothing');

const asText = (value: unknown, wanted: string): string => {
  if (typeof value !== 'string') throw new BadValue(`must be ${wanted}, not ${shown(value)}`);
  return value;
};

export const integer = (setting: Common<number> & { minimum: number; maximum: number }): Setting<number> => {
  const { minimum, maximum, unit } = setting;
  const range = `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}`;
  return {
    ...setting,
    kind: 'integer',
    range: `${range}, default ${setting.default}`,
    read(value) {
      const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number) || number < minimum || number > maximum)
        throw new BadValue(`must be a whole number from ${range}, not ${shown(value)}`);
      return number;
    },
  };
};

export const text = (setting: Common<string> & { maximumLength: number }): Setting<string> => ({
  ...setting,
  kind: 'text',
  range: `up to ${setting.maximumLength} characters, default ${shown(setting.default)}`,
  read(value) {
    const content = asText(value, 'text');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    if (content === '' || content.length > setting.maximumLength || /[\u0000-\u001f\u007f]/.test(content))
      throw new BadValue(`must be 1 to ${setting.maximumLength} printable characters, not ${shown(value)}`);
    return content;
  },
});

/** The same; left empty by default, which means what the setting says. */
export const optionalText = (setting: Common<string> & { maximumLength: number }): Setting<string> => ({
  ...text(setting),
  range: `up to ${setting.maximumLength} characters, default none`,
});

/** A file or folder; relative ones count from the folder the program was started in. */
export const path = (setting: Common<string>): Setting<string> => ({
  ...setting,
  kind: 'path',
  range: setting.default === '' ? 'default none' : `default ${setting.default}`,
  read(value) {
    const content = asText(value, 'a path');
    if (content === '' || content.includes('\u0000')) throw new BadValue('must be a path, not empty');
    return content;
  },
});

export const choice = <const T extends string>(setting: Common<T> & { choices: readonly T[] }): Setting<T> => ({
  ...setting,
  kind: 'choice',
  range: `${setting.choices.join(', ')}; default ${setting.default}`,
  read(value) {
    const found = setting.choices.find((entry) => entry === value);
    if (found === undefined) throw new BadValue(`must be one of ${setting.choices.join(', ')}, not ${shown(value)}`);
    return found;
  },
});

/** AE: 1 to 16 characters of the default repertoire, no backslash, not only spaces. PS3.5 6.2. */
export const readAeTitle = (value: unknown): string => {
  const title = asText(value, 'an AE title').trim();
  if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(title))
    throw new BadValue(`must be an AE title of 1 to 16 ASCII characters without backslash, not ${shown(value)}`);
  return title;
};

export const aeTitle = (setting: Common<string>): Setting<string> => ({
  ...setting,
  kind: 'AE title',
  range: `1 to 16 characters, default ${setting.default}`,
  read: readAeTitle,
});

/** The same; left empty by default, which means what the setting says. */
export const optionalAeTitle = (setting: Common<string>): Setting<string> => ({
  ...aeTitle(setting),
  range: '1 to 16 characters, default none',
});

/** A list in the configuration file, each entry read by `entry`. */
export const list = <T>(
  setting: Common<readonly T[]> & { maximum: number; entry: (value: unknown) => T },
): Setting<readonly T[]> => ({
  ...setting,
  kind: 'list',
  fileOnly: true,
  range: `up to ${setting.maximum} entries, default none`,
  read(value) {
    if (!Array.isArray(value)) throw new BadValue(`must be a list, not ${shown(value)}`);
    if (value.length > setting.maximum) throw new BadValue(`must have at most ${setting.maximum} entries`);
    return value.map((entry, index) => within(`entry ${index + 1}`, () => setting.entry(entry)));
  },
});

/** Reads the fields of a JSON object; a field nobody reads is an error. */
export const readFields = (value: unknown, known: readonly string[]): ReadonlyMap<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadValue(`must be an object with ${known.join(', ')}, not ${shown(value)}`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new BadValue(`has ${shown(unknown)}, but only ${known.join(', ')} are known`);
  return new Map(Object.entries(value));
};

/** Puts the place before the message of what goes wrong inside. */
export const within = <T>(place: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof BadValue) throw new BadValue(`${place}: ${error.message}`);
    throw error;
  }
};
