/** Header fields that a proxy writes or that we mask: all others are none of our business (RULES H2). */
const OURS = new Set([
  "via",
  "v",
  "route",
  "record-route",
  "max-forwards",
  "contact",
  "m",
  "content-length",
  "l",
]);

/**
 * What a message that went on has lost or changed though it is not ours, or got besides: the first line, header
 * fields with their order, case and folding, and a body that is no session description. Empty when all is as it was.
 */
export function changedOnTheWay(received: string, sent: string): string[] {
  const [before, after] = [partsOf(received), partsOf(sent)];
  const found: string[] = [];
  const count = Math.max(before.fields.length, after.fields.length);
  for (let index = 0; index < count; index++) {
    const [was, is] = [before.fields[index], after.fields[index]];
    if (was === is) continue;
    found.push(`${JSON.stringify(was ?? "nothing")} became ${JSON.stringify(is ?? "nothing")}`);
    break;
  }
  // A surplus behind the declared length is cut off (RFC 3261 §18.3).
  const described = /application\/sdp|multipart\//i.test(before.fields.join("\n"));
  if (!described && !before.body.startsWith(after.body)) found.push("the body is another");
  return found;
}

/** The first line and the fields that are not ours, each with its folded lines but without its end; the body. */
function partsOf(text: string): { fields: string[]; body: string } {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const lines = head.split(/\r?\n(?![ \t])/);
  const nameOf = (field: string) => field.split(":", 1)[0]!.trim().toLowerCase();
  return {
    fields: lines.filter((field) => !OURS.has(nameOf(field))),
    body: end === null ? "" : text.slice(end.index + end[0].length),
  };
}
