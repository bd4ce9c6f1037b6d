/** Codes of a pasted or uploaded list: one a line, or separated; the first cell of each line of a CSV; each once. */
export function codesOf(text: string): string[] {
  const all = text.split(/\r?\n/).flatMap((line) => {
    const cells = line.split(/[,，;；、\t ]+/).map((cell) => cell.trim().replaceAll(/^"|"$/g, '').toUpperCase());
    return cells.filter((cell) => /^[0-9A-Z]{15,18}$/.test(cell));
  });
  return [...new Set(all)];
}
