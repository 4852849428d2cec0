// A store at work on its own, for tests that end it at any moment: says when it is open, then gives back space until it is killed.
import { openContainerStore } from '../src/objects/containers/container-store.ts';

const [folder = ''] = process.argv.slice(2);
const store = await openContainerStore({ folder, reserve: 0, compactAfter: 0, containerSize: 32 * 1024 * 1024 });
await store.settle();
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
