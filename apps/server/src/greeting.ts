// What the server says of itself once it is ready: what listens where, by which AE titles, and how a first image gets in.
import { configuredEntities } from './entities/own-entities.ts';
import type { RunningServer } from './main.ts';
import type { Configuration } from './settings/settings.ts';
import { version } from './version.ts';

type Places = Pick<RunningServer, 'ports' | 'dicomPort' | 'tlsPort' | 'httpPort' | 'hl7Port'>;

/** One line for each. Profiles and `entities` give several AE titles and ports, and not each of them stores. */
export function greeting(configuration: Configuration, places: Places): string {
  const { host, data, plainDicom } = configuration;
  const { ports, dicomPort, tlsPort, httpPort, hl7Port } = places;
  const page = `http://${host.includes(':') ? `[${host}]` : host === '127.0.0.1' ? 'localhost' : host}:${httpPort}`;
  const called = configuredEntities(configuration).filter(({ services }) => services.length > 0);
  const portOf = (aeTitle: string) => ports.get(aeTitle) ?? dicomPort;
  const stores = called.find(({ services }) => services.some(({ service }) => service === 'storage'));
  return [
    `Concord ${version} is ready.`,
    ...called.map(
      ({ aeTitle, port }) =>
        `  DICOM  ${host}:${port || portOf(aeTitle)}, AE title ${aeTitle}${plainDicom === 'off' ? ', over TLS' : ''}`,
    ),
    ...(tlsPort === undefined ? [] : [`  TLS    ${host}:${tlsPort}, AE title ${called[0]?.aeTitle}`]),
    ...(hl7Port === undefined ? [] : [`  HL7    ${host}:${hl7Port}`]),
    `  Web    ${page}`,
    `  Data   ${data}`,
    '',
    ...(stores
      ? [
          `Send a first image:  storescu -aec ${stores.aeTitle} ${host} ${stores.port || portOf(stores.aeTitle)} image.dcm`,
        ]
      : []),
    `${stores ? 'or drop' : 'Drop'} files onto   ${page}`,
    'Ctrl-C ends the server. --help lists all settings.',
  ].join('\n');
}
