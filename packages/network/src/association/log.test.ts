// The log: every line bears the id of its association, from the first byte on; messages are told as readably as DCMTK tells them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { memoryArchive } from '../../testing/archive.ts';
import { testAuthority } from '../../testing/certificates.ts';
import { ctImageStorage, ctSlice } from '../../testing/instances.ts';
import { ScriptedPeer } from '../../testing/scripted-peer.ts';
import { associateRq } from '../../testing/wire.ts';
import { type AssociationRecord, connect, contextsFor, type ListenOptions, type Log } from '../index.ts';

interface Line {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}
function memoryLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) => {
    lines.push({ level, fields, text });
  };
  return { lines, log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}
const verification = { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] };

describe('the id', () => {
  test('is in every line of an association, on both sides, and in its record', async () => {
    const [ours, theirs] = [memoryLog(), memoryLog()];
    await using acceptor = await testAcceptor(memoryArchive().services, { log: theirs.log });
    const record = Promise.withResolvers<AssociationRecord>();
    const association = await connect(acceptor.peer, [verification, ...contextsFor([ctSlice(1)])], {
      log: ours.log,
      onRecord: record.resolve,
    });
    await association.echo();
    await association.store(ctSlice(1));
    await association.release();
    for (const [{ lines }, { id }] of [
      [theirs, await acceptor.nextRecord()],
      [ours, await record.promise],
    ] as const) {
      assert.ok(lines.length > 8, `${lines.length} lines`);
      assert.deepEqual([...new Set(lines.map(({ fields }) => fields.association))], [id]);
    }
  });

  test('ties a C-MOVE and the association of its sub-operations', async () => {
    await using destination = await testAcceptor(memoryArchive().services);
    const archive = memoryArchive([ctSlice(1)], { DEST: destination.peer });
    const theirs = memoryLog();
    await using acceptor = await testAcceptor(archive.services, { log: theirs.log });
    const move = '1.2.840.10008.5.1.4.1.2.2.2';
    const association = await connect(acceptor.peer, [{ ...verification, abstractSyntax: move }]);
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    keys.set('StudyInstanceUID', ctSlice(1).dataSet.string('StudyInstanceUID') ?? '');
    await Array.fromAsync(association.move(move, keys, 'DEST'));
    await association.release();
    const records = [await acceptor.nextRecord(), await acceptor.nextRecord()];
    const [sub, main] = [records.find(({ requestor }) => requestor), records.find(({ requestor }) => !requestor)];
    assert.equal(sub?.requestedBy, main?.id);
    assert.deepEqual(sub?.counts, { 'C-STORE 0000H': 1 });
    assert.deepEqual(new Set(theirs.lines.map(({ fields }) => fields.association)), new Set([sub?.id, main?.id]));
  });

  test('a refused operation is one warning with the peer, the operation, the class and the status; one that goes well is none', async () => {
    const { log, lines } = memoryLog();
    await using acceptor = await testAcceptor(memoryArchive().services, { log });
    const find = '1.2.840.10008.5.1.4.1.2.2.2';
    const association = await connect(acceptor.peer, [verification, { ...verification, abstractSyntax: find }]);
    await association.echo();
    await Array.fromAsync(association.move(find, new DataSet(), 'NOWHERE')).catch(() => undefined);
    await association.release();
    await acceptor.nextRecord();
    const warnings = lines.filter(({ level }) => level === 'warn');
    assert.deepEqual(
      warnings.map(({ fields: { operation, peer, sopClassUid, status } }) => ({
        operation,
        peer,
        sopClassUid,
        status,
      })),
      [{ operation: 'C-MOVE', peer: acceptor.peer.callingAeTitle, sopClassUid: find, status: 'A801H' }],
    );
    assert.match(warnings[0]?.text ?? '', /^C-MOVE refused: /);
  });

  const lineOf = async (options: Partial<ListenOptions>, bytes: Buffer): Promise<Line> => {
    const { log, lines } = memoryLog();
    await using acceptor = await testAcceptor(memoryArchive().services, { ...options, log });
    using peer = await ScriptedPeer.connect(acceptor.port);
    peer.send(bytes);
    await peer.next();
    return lines.find(({ level }) => level === 'warn') ?? { level: 'none', fields: {}, text: '' };
  };
  test('is there before there is an association: HTTP, TLS and MLLP on a plain port', async () => {
    for (const [bytes, wanted] of [
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), /an HTTP request/],
      [Buffer.from('16030100c8010000c40303', 'hex'), /a TLS handshake/],
      [Buffer.from('\x0bMSH|^~\\&|A\r\x1c\r'), /an HL7 message over MLLP/],
    ] as const) {
      const { fields, text } = await lineOf({}, bytes);
      assert.match(text, wanted);
      assert.match(String(fields.association), /^[0-9a-f]{12}$/);
    }
  });

  test('is there on a TLS port: plain DICOM, and a handshake that fails', async () => {
    using authority = testAuthority();
    const { certificate, key } = authority.issue('server');
    const tls = { certificate, key, clientCertificates: 'none' } as const;
    const plain = await lineOf({ tls }, associateRq({ contexts: [{ id: 1, abstract: '1.2', transfer: ['1.2'] }] }));
    assert.match(plain.text, /a plain DICOM association/);
    assert.match(String(plain.fields.association), /^[0-9a-f]{12}$/);
    const broken = await lineOf({ tls }, Buffer.from('16030100050100000100', 'hex'));
    assert.match(broken.text, /no TLS connection/);
    assert.match(String(broken.fields.association), /^[0-9a-f]{12}$/);
  });

  test('an attempt that gets no connection leaves a record and a line with its id', async () => {
    const { log, lines } = memoryLog();
    const records: AssociationRecord[] = [];
    const acceptor = await testAcceptor([]);
    await acceptor.close();
    await assert.rejects(
      connect(acceptor.peer, [verification], { log, onRecord: (record) => records.push(record), requestedBy: 'abc' }),
    );
    const [record] = records;
    assert.equal(record?.end.kind, 'no connection');
    assert.match(record?.end.detail ?? '', /ECONNREFUSED/);
    assert.match(record?.end.remedy ?? '', /check address, port and firewall of CONCORD/);
    assert.deepEqual([record?.calledAeTitle, record?.requestedBy], ['CONCORD', 'abc']);
    assert.equal(lines[0]?.fields.association, record?.id);
  });
});

describe('the message log at level debug', () => {
  test('names each element of a request and its response, one a line, with UIDs and statuses in words', async () => {
    const { log, lines } = memoryLog();
    await using acceptor = await testAcceptor(memoryArchive().services, { log });
    const association = await connect(acceptor.peer, contextsFor([ctSlice(1)]));
    await association.store(ctSlice(1), { moveOriginator: { aeTitle: 'MOVER', messageId: 7 } });
    await association.release();
    await acceptor.nextRecord();
    const told = lines.filter(({ level }) => level === 'debug').map(({ text }) => text);
    const request = told.find((text) => text.startsWith('received C-STORE-RQ')) ?? '';
    for (const part of [
      /presentation context 1\)/,
      /Affected SOP Class UID +: 1\.2\.840\.10008\.5\.1\.4\.1\.1\.2 CT Image Storage/,
      /Message ID +: 1\n/,
      /Priority +: medium/,
      /data set follows/,
      /Move Originator AE Title +: MOVER/,
      /Move Originator Message ID +: 7/,
    ])
      assert.match(request, part);
    const response = told.find((text) => text.startsWith('sending C-STORE-RSP')) ?? '';
    assert.match(response, /Status +: 0000H success/);
    assert.ok(told.some((text) => text.startsWith('received A-ASSOCIATE-RQ') && text.includes(ctImageStorage)));
    assert.ok(told.some((text) => text.startsWith('received A-RELEASE-RQ')));
  });

  test('tells the identifier of a query and its matches, as a dump does, on both sides', async () => {
    const [ours, theirs] = [memoryLog(), memoryLog()];
    await using acceptor = await testAcceptor(memoryArchive([ctSlice(1)]).services, { log: theirs.log });
    const find = '1.2.840.10008.5.1.4.1.2.2.1';
    const association = await connect(acceptor.peer, [{ ...verification, abstractSyntax: find }], { log: ours.log });
    const keys = new DataSet();
    keys.set('QueryRetrieveLevel', 'STUDY');
    keys.set('PatientName', 'Doe*');
    await Array.fromAsync(association.find(find, keys));
    await association.release();
    await acceptor.nextRecord();
    for (const [{ lines }, [first, second]] of [
      [ours, ['sending', 'received']],
      [theirs, ['received', 'sending']],
    ] as const) {
      const told = lines.map(({ text }) => text).filter((text) => / data set\n/.test(text));
      assert.match(told[0] ?? '', new RegExp(`^${first} data set\\n.*\\(0008,0052\\) CS \\[STUDY\\]`));
      assert.match(told[0] ?? '', /\(0010,0010\) PN \[Doe\*\] .*PatientName/i);
      assert.match(told[1] ?? '', new RegExp(`^${second} data set\\n.*PN \\[Doe\\^Jane1`, 's'));
    }
  });

  test('costs nothing where the level is off: no message is put into words', async () => {
    let words = 0;
    const { log } = memoryLog();
    await using acceptor = await testAcceptor(memoryArchive().services, {
      log: {
        ...log,
        debug: () => {
          words += 1;
        },
        isLevelEnabled: (level) => level !== 'debug',
      },
    });
    const association = await connect(acceptor.peer, [verification]);
    await association.echo();
    await association.release();
    await acceptor.nextRecord();
    assert.equal(words, 0);
  });
});
