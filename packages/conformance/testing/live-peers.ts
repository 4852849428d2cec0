// Other people's servers, each alone in a folder of its own, with the statement that their documents make.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOrthanc } from '../../network/testing/orthanc.ts';
import { freePort, start, temporaryFolder } from '../../network/testing/programs.ts';
import type { Target } from '../src/execute/target.ts';
import type { PeerName } from './peer-statements.ts';

export interface LivePeer extends AsyncDisposable {
  readonly target: Target;
}

async function program(
  calledAeTitle: string,
  prepare: (folder: string, port: number) => readonly [string, readonly string[]],
): Promise<LivePeer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const [name, args] = prepare(folder.path, port);
  const running = await start(name, args, port, folder.path);
  return {
    target: { host: '127.0.0.1', port, calledAeTitle },
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      folder[Symbol.dispose]();
    },
  };
}

const worklistItem = `(0008,0005) CS [ISO_IR 100]
(0008,0020) DA [20200102]
(0008,0030) TM [030405]
(0008,0050) SH [ACC1]
(0008,0090) PN [ZZTEST^REFERRER]
(0010,0010) PN [ZZTEST^WORKLIST]
(0010,0020) LO [ZZTEST-WL]
(0010,0021) LO [CS-TEST]
(0010,0030) DA [19500203]
(0010,0040) CS [O]
(0020,000d) UI [2.25.1234567]
(0032,1032) PN [ZZTEST^DOCTOR]
(0032,1060) LO [Phantom]
(0032,1064) SQ
(fffe,e000) -
(0008,0100) SH [P1]
(0008,0102) SH [99TEST]
(0008,0104) LO [Phantom]
(fffe,e00d) -
(fffe,e0dd) -
(0038,0010) LO [ADM1]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [CT]
(0040,0001) AE [CSPROBE]
(0040,0002) DA [20200102]
(0040,0003) TM [030405]
(0040,0006) PN [ZZTEST^PERFORMER]
(0040,0007) LO [Phantom scan]
(0040,0008) SQ
(fffe,e000) -
(0008,0100) SH [P2]
(0008,0102) SH [99TEST]
(0008,0104) LO [Phantom]
(fffe,e00d) -
(fffe,e0dd) -
(0040,0009) SH [SPS1]
(0040,0010) SH [STATION1]
(0040,0400) LT [Phantom]
(fffe,e00d) -
(fffe,e0dd) -
(0040,1001) SH [RP1]
(0040,1003) SH [LOW]
`;

interface ArchiveConfiguration {
  /** Lines of its HostTable. */
  readonly hosts?: string;
  /** Who may call. */
  readonly peers?: string;
}

/** dcmqrscp with hosts of its own, where a test needs a Move Destination or a list of callers. */
export const startConfiguredArchive = ({ hosts = '', peers = 'ANY' }: ArchiveConfiguration = {}): Promise<LivePeer> =>
  program('ARCHIVE', (folder, port) => {
    mkdirSync(join(folder, 'archive'));
    writeFileSync(
      join(folder, 'dcmqrscp.cfg'),
      `NetworkTCPPort = ${port}\nMaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\n${hosts}\nHostTable END\nAETable BEGIN\nARCHIVE ${join(folder, 'archive')} RW (500, 1024mb) ${peers}\nAETable END\n`,
    );
    return ['dcmqrscp', ['-c', 'dcmqrscp.cfg']];
  });

const starts: Readonly<Record<PeerName, () => Promise<LivePeer>>> = {
  dcmqrscp: () => startConfiguredArchive(),
  storescp: () => program('STORESCP', (folder, port) => ['storescp', ['-od', folder, String(port)]]),
  wlmscpfs: () =>
    program('WORKLIST', (folder, port) => {
      const items = join(folder, 'items', 'WORKLIST');
      mkdirSync(items, { recursive: true });
      writeFileSync(join(items, 'lockfile'), '');
      writeFileSync(join(folder, 'item.dump'), worklistItem);
      return ['sh', ['-c', `dump2dcm -q item.dump items/WORKLIST/item.wl && exec wlmscpfs -dfp items ${port}`]];
    }),
  dcmprscp: () =>
    program('IHEFULL', (folder, port) => {
      for (const name of ['database', 'spool']) mkdirSync(join(folder, name));
      writeFileSync(join(folder, 'printers.cfg'), printerConfiguration(port));
      return ['dcmprscp', ['-c', 'printers.cfg', '-p', 'IHEFULL']];
    }),
  orthanc: async () => {
    const orthanc = await startOrthanc(1);
    return {
      target: { host: '127.0.0.1', port: orthanc.dicomPort, calledAeTitle: 'ORTHANC' },
      [Symbol.asyncDispose]: () => orthanc[Symbol.asyncDispose](),
    };
  },
};

const printerConfiguration = (port: number): string => `[[GENERAL]]
[DATABASE]
Directory = database
[[COMMUNICATION]]
[IHEFULL]
Hostname = localhost
Port = ${port}
Description = Test printer
Type = LOCALPRINTER
Aetitle = IHEFULL
DisplayFormat = 1,1\\2,1\\1,2\\2,2
FilmDestination = MAGAZINE\\PROCESSOR
FilmSizeID = 8INX10IN
MediumType = PAPER
ResolutionID = STANDARD
Supports12Bit = true
SupportsPresentationLUT = true
MaxPDU = 32768
ImplicitOnly = true
`;

/** Starts a program with nothing in it but, for the worklist, one item. */
export const startPeer = (name: PeerName): Promise<LivePeer> => starts[name]();
