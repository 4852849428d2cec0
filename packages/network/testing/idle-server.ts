// An acceptor in a process of its own, for tests that measure its memory: prints its port, ends with its parent.
import { listen, verificationScp } from '../src/index.ts';

const acceptor = await listen({
  host: '127.0.0.1',
  port: 0,
  applicationEntities: [{ aeTitle: 'CONCORD', services: [verificationScp] }],
  limits: { associations: 5000, associationsPerAeTitle: 5000, associationsPerAddress: 5000, connections: 6000 },
});
process.stdout.write(`${acceptor.port}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
