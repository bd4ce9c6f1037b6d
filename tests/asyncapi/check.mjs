// Reads AsyncAPI documents, one a line, and prints what the official parser finds wrong with each: a JSON list of lists.
import { createInterface } from "node:readline";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const found = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { document, diagnostics } = await parser.parse(line);
  const told = diagnostics.map((one) => `${one.severity} ${one.code} ${one.path.join("/")}: ${one.message}`);
  found.push(document === undefined ? ["no document", ...told] : told);
}
console.log(JSON.stringify(found));
