// A JSON array written as its members come, in chunks that are worth a write.

const chunkCharacters = 65_536;

/** `members` are JSON texts already. Memory: one chunk and one member. */
export async function* jsonArray(members: AsyncIterable<string>): AsyncGenerator<Buffer, void> {
  let waiting: string[] = [];
  let characters = 0;
  let before = '[';
  for await (const member of members) {
    waiting.push(before, member);
    characters += member.length;
    before = ',';
    if (characters < chunkCharacters) continue;
    yield Buffer.from(waiting.join(''));
    waiting = [];
    characters = 0;
  }
  if (before === '[') waiting.push('[');
  yield Buffer.from(`${waiting.join('')}]`);
}
