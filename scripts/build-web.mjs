// Builds the web interface when its sources have changed since the last build.
import { buildWeb, prepare } from './workspace.mjs';

buildWeb(prepare());
