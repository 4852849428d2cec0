// The executable behind `npm start`.
import { serve } from './program.ts';

await serve(process.argv.slice(2), process.env);
