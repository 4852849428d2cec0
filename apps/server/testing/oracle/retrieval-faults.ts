// What is wrong with a retrieval: too much, too little, twice, or numbers that do not add up. PS3.4 C.4.2.1.6 to C.4.2.1.9.
import { answerTo, type Counts, type Retrieved } from './retrieval.ts';

const sum = ({ remaining = 0, completed, failed, warning }: Counts): number => remaining + completed + failed + warning;
const counted = (uids: readonly string[]) => {
  const codes = uids.map(answerTo);
  const of = (code: number) => codes.filter((one) => one === code).length;
  return { completed: of(0x0000), failed: of(0xc000), warning: of(0xb000) };
};
const sorted = (uids: readonly string[]): string => [...uids].sort().join(' ');
const failing = (uids: readonly string[]): readonly string[] => uids.filter((uid) => answerTo(uid) === 0xc000);

/** Faults in words; none: all is as it should be. */
export function faultsOf(retrieved: Retrieved): readonly string[] {
  const { expected, arrived, responses, failedUids, wanted } = retrieved;
  const final = responses.at(-1);
  if (!final) return ['no response'];
  if (expected === undefined)
    return final.code === 0xa900 && arrived.length === 0 && responses.length === 1
      ? []
      : [`was to be refused: ${final.code.toString(16)}, ${arrived.length} sent`];
  const faults: string[] = [];
  const must = (holds: boolean, words: string) => holds || faults.push(words);
  must(new Set(arrived).size === arrived.length, 'something was sent twice');
  must(
    arrived.every((uid) => expected.includes(uid)),
    'something was sent that was not asked for',
  );
  for (const [at, response] of responses.slice(0, -1).entries()) {
    must(response.code === 0xff00, `response ${at} has ${response.code.toString(16)}`);
    must(sum(response) === expected.length, `response ${at} counts ${sum(response)} of ${expected.length}`);
    const before = responses[at - 1];
    must(!before || (before.remaining ?? 0) >= (response.remaining ?? 0), `response ${at} goes back`);
  }
  must(sum(final) === expected.length, `the end counts ${sum(final)} of ${expected.length}`);
  const { completed, failed, warning } = counted(arrived);
  const said = [final.completed, final.failed, final.warning].join();
  must(
    said === [completed, failed, warning].join(),
    `the end says ${said}, it is ${[completed, failed, warning].join()}`,
  );
  must(sorted(failedUids) === sorted(failing(arrived)), 'other instances are named than those that failed');
  const isCancelled = final.code === 0xfe00;
  must(!isCancelled || wanted.cancelAfter !== undefined, 'nobody cancelled');
  must(isCancelled || sorted(arrived) === sorted(expected), `${arrived.length} of ${expected.length} were sent`);
  must(isCancelled === (final.remaining !== undefined && final.remaining > 0), 'what remains does not go with the end');
  const code = failed === 0 ? 0x0000 : completed + warning === 0 ? 0xa702 : 0xb000;
  must(isCancelled || final.code === code, `the end is ${final.code.toString(16)} and not ${code.toString(16)}`);
  return faults;
}
