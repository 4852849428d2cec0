// What Wireshark's own dissector reads in recorded connections: PDUs in order, and the names of messages.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder } from '../../network/testing/programs.ts';
import { packetsOf, pcap, type Said, segmentsOf } from './pcap.ts';

/** A PDU as tshark reads it; fragments are one to a P-DATA-TF. PS3.8 9.3 */
export interface SeenPdu {
  /** Of those given, from 0. */
  readonly connection: number;
  readonly from: 'client' | 'server';
  /** 1 to 7. */
  readonly type: number;
  /** Message Control Header of a P-DATA-TF: 1 command, 2 last. */
  readonly flags?: number;
}

type Recorded = readonly (readonly Said[])[];

const [firstPort, serverPort] = [50_000, 104];

/** Each PDU by itself, however the bytes came: tshark's line about a packet tells of its last PDU only. PS3.8 9.3.1 */
function byPdu(said: readonly Said[]): readonly Said[] {
  const waiting = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  const found: Said[] = [];
  for (const { from, bytes } of said) {
    let left = Buffer.concat([waiting[from], bytes]);
    while (left.length >= 6 && left.length >= 6 + left.readUInt32BE(2)) {
      const length = 6 + left.readUInt32BE(2);
      found.push({ from, bytes: left.subarray(0, length) });
      left = left.subarray(length);
    }
    waiting[from] = left;
  }
  const rest = (['client', 'server'] as const).map((from) => ({ from, bytes: waiting[from] }));
  return [...found, ...rest.filter(({ bytes }) => bytes.length > 0)];
}

/** One connection after the other in one capture. */
const captureOf = (connections: Recorded): Buffer =>
  pcap(
    connections.flatMap((said, index) =>
      packetsOf(segmentsOf(byPdu(said), 'open'), 1, { clientPort: firstPort + index, serverPort }),
    ),
  );

/** Fields of every packet, as tshark prints them. Rejects where it cannot be run. */
async function fieldsIn(connections: Recorded, ...fields: readonly string[]): Promise<readonly (readonly string[])[]> {
  using folder = temporaryFolder();
  const file = join(folder.path, 'recorded.pcap');
  writeFileSync(file, captureOf(connections));
  const wanted = ['tcp.srcport', 'tcp.dstport', ...fields].flatMap((field) => ['-e', field]);
  const decode = ['-d', `tcp.port==${serverPort},dicom`, '-E', 'occurrence=a'];
  const { output, code } = await run('tshark', ['-n', '-r', file, ...decode, '-T', 'fields', ...wanted]);
  if (code !== 0) throw new Error(`tshark: ${output}`);
  return output
    .split('\n')
    .filter((line) => /^\d+\t/.test(line))
    .map((line) => line.split('\t'));
}

const numbers = (text = ''): readonly number[] => text.split(',').filter(Boolean).map(Number);

/** All PDUs of recorded connections, in order of time in each. */
export async function pdusIn(connections: Recorded): Promise<readonly SeenPdu[]> {
  const packets = await fieldsIn(connections, 'dicom.pdu.type', 'dicom.pdv.flags');
  return packets.flatMap(([source, target, types, flagTexts]) => {
    const from = Number(source) === serverPort ? 'server' : 'client';
    const connection = Number(from === 'server' ? target : source) - firstPort;
    const flags = [...numbers(flagTexts)];
    return numbers(types).map((type) => {
      const flag = type === 4 ? flags.shift() : undefined;
      return { connection, from, type, ...(flag !== undefined && { flags: flag }) } as const;
    });
  });
}

/** Requests and responses in order, such as `C-STORE request`. */
export async function messagesIn(connections: Recorded): Promise<readonly string[]> {
  const packets = await fieldsIn(connections, '_ws.col.Info');
  return packets.flatMap(([, , info = '']) =>
    [...info.matchAll(/\b([CN]-[A-Z]+(?:-[A-Z]+)?)-(RQ|RSP) ID=/g)].map(
      ([, name, kind]) => `${name} ${kind === 'RQ' ? 'request' : 'response'}`,
    ),
  );
}
