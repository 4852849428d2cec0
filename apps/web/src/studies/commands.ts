// How to send images here, as commands to copy, with the names and numbers of this server.
import type { System } from '../api.ts';

export interface Command {
  readonly title: string;
  readonly text: string;
}

/** A word as a shell takes it, whatever it holds. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Listening on every address is no address to send to: then it is the one this page came from. */
export const reachableHost = (listening: string, pageHost: string): string =>
  ['', '0.0.0.0', '::', '[::]'].includes(listening) ? pageHost.replace(/^\[|\]$/gu, '') : listening;

/** `origin` is where this page came from, such as `http://localhost:8080`. */
export const commandsToSend = (
  { aeTitle, dicomHost, dicomPort }: Pick<System, 'aeTitle' | 'dicomHost' | 'dicomPort'>,
  origin: string,
): readonly Command[] => {
  const peerHost = reachableHost(dicomHost, new URL(origin).hostname);
  const host = shellWord(peerHost);
  const called = shellWord(aeTitle);
  return [
    { title: 'Ask whether the archive listens (DCMTK)', text: `echoscu -v -aec ${called} ${host} ${dicomPort}` },
    {
      title: 'Send a folder of DICOM files (DCMTK)',
      text: `storescu -v -aec ${called} +sd +r ${host} ${dicomPort} ./images`,
    },
    {
      title: 'The same with Concord’s own command',
      text: `npx concord store --peer ${shellWord(`${aeTitle}@${peerHost}:${dicomPort}`)} ./images`,
    },
    {
      title: 'Send one file over the web (STOW-RS)',
      text: `curl -H 'Content-Type: application/dicom' --data-binary @image.dcm ${shellWord(`${origin}/dicom-web/studies`)}`,
    },
  ];
};
