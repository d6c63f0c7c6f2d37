const NUMBER = new RegExp(
  [
    "[+-]?(?:0|[1-9](?:_?\\d)*)(?:\\.\\d(?:_?\\d)*)?(?:[eE][+-]?\\d(?:_?\\d)*)?",
    "0x[\\da-fA-F](?:_?[\\da-fA-F])*",
    "0o[0-7](?:_?[0-7])*",
    "0b[01](?:_?[01])*",
    "[+-]?(?:inf|nan)",
  ].map((form) => `^${form}$`).join("|"),
);
const TIME = "\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?";
const DATE_TIME = new RegExp(
  `^\\d{4}-\\d\\d-\\d\\d(?:[Tt ]${TIME}(?:[Zz]|[+-]\\d\\d:\\d\\d)?)?$|^${TIME}$`,
);
const FOREIGN_QUOTE = /^[\u2018-\u201f\u00ab\u00bb`]/;
const ESCAPE = /\\(?!["\\bfnrt]|u[\da-fA-F]{4}|U[\da-fA-F]{8})(.)/;

/** Says why a value without quotes is none; undefined when it is a number, a truth value or a date. */
export function bareFault(text: string): string | undefined {
  if (text === "true" || text === "false") return undefined;
  if (NUMBER.test(text) || DATE_TIME.test(text)) return undefined;
  return FOREIGN_QUOTE.test(text) ? "its quotes are straight ones" : "a text needs quotes";
}

/** Says why a text in quotes cannot be read; undefined when it can. */
export function textFault(quoted: string): string | undefined {
  const isLong = quoted.startsWith('"""');
  const escape = quoted.startsWith('"') && !isLong
    ? ESCAPE.exec(quoted.replaceAll("\\\\", "  "))
    : null;
  if (escape === null) return undefined;
  return `\\ begins an escape and \\${
    escape[1]
  } is none: write \\\\, or the text in ' on both sides`;
}
