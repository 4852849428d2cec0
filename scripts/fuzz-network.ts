// Fuzzes the acceptor with mutated captures until the time is over: node scripts/fuzz-network.ts [seconds] [seed]
import { fuzzAcceptor } from '../packages/network/testing/fuzz.ts';

const [seconds = '60', firstSeed = `${Date.now() % 1e9}`] = process.argv.slice(2);
const end = Date.now() + Number(seconds) * 1000;
let total = 0;
for (let seed = Number(firstSeed); Date.now() < end; seed += 1) {
  const { runs, longestStall, errors } = await fuzzAcceptor({ seed, runs: 400 });
  total += runs;
  console.log(
    `seed ${seed}: ${total} mutated associations, longest stall ${longestStall.toFixed(1)} ms, ${errors.length} errors`,
  );
  for (const error of errors) console.log(`  ${error}`);
  if (errors.length > 0) process.exitCode = 1;
}
