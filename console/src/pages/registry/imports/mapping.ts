/** A heading of an uploaded file: the field that it was read as, or the one that it is like. */
export interface FileHeading { column: string; heading: string; field: string | null; like?: string | null }
/** By heading: the field that its column holds, empty where it is not to be read. */
export type Mapping = Record<string, string>;

/** What is sent: the choices that differ from how the headings were read, beside what an earlier trial was given. */
export function toSend(headings: FileHeading[], chosen: Mapping, before: Record<string, string | null> = {}): Mapping {
  const kept = Object.fromEntries(Object.entries(before).map(([heading, field]) => [heading, field ?? '']));
  const read = new Map(headings.map((one) => [one.heading, one.field ?? '']));
  const changed = Object.entries(chosen).filter(([heading, field]) => read.get(heading) !== field);
  // A choice that goes back to how the heading was read takes the place of what was given before.
  const again = Object.entries(chosen).filter(([heading, field]) => heading in kept && kept[heading] !== field);
  return { ...kept, ...Object.fromEntries([...changed, ...again]) };
}

/** Fields that more than one heading would hold: no file is read so. */
export function taken(headings: FileHeading[], chosen: Mapping): string[] {
  const fields = headings.map((one) => chosen[one.heading] ?? one.field ?? '').filter(Boolean);
  return [...new Set(fields.filter((field, at) => fields.indexOf(field) !== at))];
}

/** The file that was tried last: taking it in needs it again, and the browser gives it to this tab alone. */
export const last: { file: File | null } = { file: null };
