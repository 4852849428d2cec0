// The executable behind `npm start`. What was compiled once is kept, so that a second start is quick.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { serve } = await import('./program.ts');
await serve(process.argv.slice(2), process.env);
