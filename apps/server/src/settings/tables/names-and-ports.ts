// What the server is called, where it listens, whom it knows and what it proposes to them.

import { type AskedKeys, readAskedKeys } from '../asked-keys.ts';
import { type ConfiguredEntity, readEntity } from '../entities.ts';
import { aeTitle, choice, integer, list, optionalAeTitle, path, text } from '../kinds.ts';
import { arrangements, type ConfiguredPeer, readPeer } from '../peers.ts';
import { type ConfiguredProposal, readProposal } from '../proposals.ts';
import { readHostName, readOrigin, webAddress } from '../web-names.ts';

export const addressSettings = {
  host: text({ default: '127.0.0.1', maximumLength: 253, text: 'address to listen on; 0.0.0.0 for every interface' }),
  dicomPort: integer({ default: 11112, minimum: 0, maximum: 65535, text: 'TCP port for DICOM; 0 takes a free one' }),
  plainDicom: choice({
    default: 'on',
    choices: ['on', 'off'],
    text: 'whether DICOM without TLS is served on the DICOM port',
  }),
  tlsPort: integer({
    default: 2762,
    minimum: 0,
    maximum: 65535,
    text: 'TCP port for DICOM over TLS, open where there is a certificate; 0 takes a free one',
  }),
  tlsCertificate: path({
    default: '',
    text: 'PEM file with the certificate of this server, and those between it and its authority',
  }),
  tlsKey: path({ default: '', text: 'PEM file with the key of the certificate' }),
  tlsAuthorities: path({
    default: '',
    text: 'PEM file with the authorities that certificates of callers and of called peers must come from',
  }),
  tlsClients: choice({
    default: 'required',
    choices: ['required', 'optional', 'none'],
    text: 'whether callers over TLS must show a certificate',
  }),
  tlsProfile: choice({
    default: 'BCP 195 non-downgrading',
    choices: ['BCP 195 non-downgrading', 'BCP 195'],
    text: 'security profile of TLS; the second takes older cipher suites too. PS3.15 B.9, B.10',
  }),
  httpPort: integer({ default: 8080, minimum: 0, maximum: 65535, text: 'TCP port for the web; 0 takes a free one' }),
  aeTitle: aeTitle({ default: 'CONCORD', text: 'AE title of this server' }),
  callingAeTitle: optionalAeTitle({
    default: '',
    text: 'AE title that this server gives itself towards peers, where it is another than its own',
  }),
  entities: list<ConfiguredEntity>({
    default: [],
    maximum: 100,
    entry: readEntity,
    text: 'application entities, each with aeTitle, port and services (verification, storage, query, move, get, work items, commitment, commitment reports, availability, performed steps, worklist); where none is listed: one with all services, aeTitle and dicomPort',
  }),
  connectTimeout: integer({
    default: 30,
    minimum: 1,
    maximum: 3600,
    unit: 's',
    text: 'wait for a TCP connection to a peer',
  }),
  config: path({ default: '', text: 'configuration file in JSON with any of these settings' }),
  profile: text({ default: 'default', maximumLength: 64, text: 'named set of defaults' }),
  peers: list<ConfiguredPeer>({
    default: [],
    maximum: 10_000,
    entry: readPeer,
    text: 'systems known here, each with aeTitle, host, port; name, what people call it; callingAeTitle, if another title is used towards it; maximumRate in kB/s; proposal (one per syntax, all in one, uncompressed apart); conversion (lossless, never); commitment (ask, no), asked for after sending; notification (study complete, no); query (C-FIND, QIDO-RS, no), retrieve (C-MOVE, C-GET, WADO-RS) and dicomweb (an address), where it is searched; demographics (latest, original), filter (a name), defaultWindow (center and width), ultrasound (to retired, to current, either way), photometric (MONOCHROME2, RGB), lossy (where needed, preferred) and lossyQuality, for what it gets; tls (true, false); certificates, users',
  }),
  proposes: list<ConfiguredProposal>({
    default: [],
    maximum: 100,
    entry: readProposal,
    text: 'what is proposed to peers, where it is not everything: each with service (storage, query), transferSyntaxes and, if not for all, sopClasses; proposed (all, or what the objects need); preferred (as kept, as listed); a SOP Class of a service with entries that none of them names is not proposed',
  }),
  retrieveFrom: choice({
    default: 'asked',
    choices: ['asked', 'named'],
    text: 'where what another archive lists is fetched from: the archive that was asked, or the one that it names in Retrieve AE Title; one that is not among the peers is then not fetched from',
  }),
  retrieveProof: choice({
    default: 'objects',
    choices: ['objects', 'responses'],
    text: 'when a retrieval by C-MOVE counts as done: when each object that the other archive lists is here, or when that archive says it has sent them',
  }),
  askedKeys: list<AskedKeys>({
    default: [],
    maximum: 10,
    entry: readAskedKeys,
    text: 'what other archives are asked for beside the usual: each with level (STUDY, SERIES, IMAGE) and attributes; they may be searched for too',
  }),
  proposalArrangement: choice({
    default: 'one per syntax',
    choices: arrangements,
    text: 'how transfer syntaxes are spread over presentation contexts, where an entry of peers says nothing else of it',
  }),
  allowedOrigins: list<string>({
    default: [],
    maximum: 100,
    entry: readOrigin,
    text: 'origins of web viewers that others serve and that may read and store here, such as https://viewer.example',
  }),
  allowedHosts: list<string>({
    default: [],
    maximum: 100,
    entry: readHostName,
    text: 'host names beside localhost that the web answers to; where none is named: any, on the loopback interface none',
  }),
  publicUrl: webAddress({
    text: 'address of the web as callers know it, where a proxy stands between: links in answers begin with it',
  }),
} as const;
