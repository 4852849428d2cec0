// docs/guide/settings.md, from the settings table of the server.
import { profiles } from '../../apps/server/src/settings/profiles/profiles.ts';
import { flagOf, variableOf } from '../../apps/server/src/settings/read-configuration.ts';
import { type SettingName, settings } from '../../apps/server/src/settings/settings.ts';

const isName = (name: string): name is SettingName => Object.hasOwn(settings, name);
const cell = (text: string) => text.replaceAll('|', '\\|');

function row(name: SettingName): string {
  const setting = settings[name];
  const direct = 'fileOnly' in setting ? ['-', '-'] : [`\`${flagOf(name)}\``, `\`${variableOf(name)}\``];
  return `| ${[...direct, `\`${name}\``, cell(setting.range), cell(setting.text)].join(' | ')} |`;
}

const introduction = `# Settings

<!-- Written by \`npm run reference\` from apps/server/src/settings/settings.ts. Change it there. -->

A setting is given as a flag after \`--\`, as an environment variable, or in a configuration file; where it is given twice, the flag counts before
the variable, the variable before the file, and the file before the profile. A wrong value stops the start with one line that names the setting, and
exit code 2.

\`\`\`sh
npm start -- --dicom-port 104 --ae-title ARCHIVE
CONCORD_DATA=/srv/concord npm start
npm start -- --config concord.json
\`\`\`

The configuration file is one JSON object with the names of the third column:

\`\`\`json
{
  "aeTitle": "ARCHIVE",
  "host": "0.0.0.0",
  "peers": [{ "aeTitle": "WORKSTATION", "host": "10.0.0.7", "port": 104 }]
}
\`\`\`

\`peers\` lists the systems this one sends to: a C-MOVE goes only to an AE title that is listed here.
`;

/** The whole page. */
export function settingsPage(): string {
  const names = Object.keys(settings).filter(isName);
  const table = [
    '| flag | variable | in the file | values | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...names.map(row),
  ];
  const profileRows = profiles.map(({ name, text }) => `| \`${name}\` | ${cell(text)} |`);
  const profileTable = ['| profile | what it is |', '| --- | --- |', ...profileRows];
  return `${introduction}\n## Table\n\n${table.join('\n')}\n\n## Profiles\n\n${profileTable.join('\n')}\n`;
}
