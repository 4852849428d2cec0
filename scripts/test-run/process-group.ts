// The processes that a test file started: seen and ended as one group, so that nothing outlives the test.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Sends a signal to every process of the group that `leader` leads; nothing happens when none is left. */
export function endGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // none is left
  }
}

/** Names of the group's living members. Only Linux tells; elsewhere the answer is always empty. */
function members(leader: number): readonly string[] {
  return globSync('/proc/[0-9]*/stat').flatMap((path) => {
    // pid (name) state parent group ...; a zombie waits for its parent, it does not run. The process may be gone by now.
    const [, name = '', state, , group] = /\((.*)\) (\S) (\d+) (\d+)/s.exec(textOf(path)) ?? [];
    return Number(group) === leader && state !== 'Z' ? [name] : [];
  });
}

function textOf(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

const graceSteps = 20;
const graceStep = 100;

/** Gives what was told to end 2 s to do so, ends the rest, and names it. */
export async function endLeftovers(leader: number | undefined): Promise<readonly string[]> {
  if (leader === undefined) return [];
  for (let step = 0; step < graceSteps && members(leader).length > 0; step += 1) await pause(graceStep);
  const left = members(leader);
  endGroup(leader, 'SIGKILL');
  return left;
}
