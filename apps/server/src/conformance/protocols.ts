// Protocols beside those of DICOM that this server speaks under the settings in force. PS3.2 A.4.3.2
import type { Configuration } from '../settings/settings.ts';

type ProtocolSettings = Pick<Configuration, 'hl7' | 'timeServers' | 'databaseUrl' | 'store' | 'moveTo' | 'peers'>;

/** What it listens for, then what it calls others by. */
export const protocolsOf = (settings: ProtocolSettings): readonly string[] => [
  'TCP/IP',
  'HTTP/1.1 for DICOMweb, the administration interface and the web page',
  ...(settings.hl7 === 'on' ? ['HL7 version 2 over MLLP, for orders that come in (settings hl7, hl7Port)'] : []),
  ...(settings.peers.some(({ dicomweb }) => dicomweb !== undefined)
    ? ['HTTP/1.1 or HTTPS as a client, for peers that are asked by DICOMweb']
    : []),
  ...(settings.timeServers.length > 0 ? ['SNTP version 4, as a client of time servers'] : []),
  ...(settings.databaseUrl !== '' ? ['PostgreSQL 3.0, as a client of the database that keeps the index'] : []),
  ...(settings.store !== '' || settings.moveTo !== ''
    ? ['S3 over HTTP/1.1, as a client of the store that keeps objects']
    : []),
];
