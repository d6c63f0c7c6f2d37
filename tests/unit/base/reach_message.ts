import { assertEquals } from "@std/assert";
import { MESSAGE_LIMITS } from "../../../src/base/limits.ts";
import { parseDescription } from "../../../src/sdp/description.ts";
import { findSdp } from "../../../src/sdp/multipart.ts";
import { parseParams } from "../../../src/sip/params.ts";
import { parseMessage } from "../../../src/sip/parse.ts";
import { OPTIONS, text } from "../sip/messages.ts";

function faultOf(written: string): string | undefined {
  const parsed = parseMessage(written);
  return parsed.ok ? undefined : parsed.reason.kind;
}

/** A description within so many multipart bodies. */
function nested(depth: number): { type: string; body: string } {
  let [type, body] = ["application/sdp", "v=0\r\n"];
  for (let level = 0; level < depth; level++) {
    body = `--b${level}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n--b${level}--\r\n`;
    type = `multipart/mixed;boundary=b${level}`;
  }
  return { type, body };
}

/** For every limit of a message: reads one at the limit, and is refused one beyond it. */
export const MESSAGE_REACHED: Record<keyof typeof MESSAGE_LIMITS, () => void> = {
  characters: () => {
    const head = text(...OPTIONS);
    const body = "x".repeat(MESSAGE_LIMITS.characters - head.length);
    assertEquals([faultOf(head + body), faultOf(`${head}${body}x`)], [undefined, "oversized"]);
  },
  headerFields: () => {
    const count = MESSAGE_LIMITS.headerFields - (OPTIONS.length - 1);
    const more = new Array<string>(count).fill("X: y");
    assertEquals(faultOf(text(...OPTIONS, ...more)), undefined);
    assertEquals(faultOf(text(...OPTIONS, ...more, "X: y")), "too-many");
  },
  fieldValues: () => {
    for (const value of ["a", "x".repeat(200)]) {
      const values = new Array<string>(MESSAGE_LIMITS.fieldValues).fill(value);
      assertEquals(faultOf(text(...OPTIONS, `Supported: ${values}`)), undefined);
      assertEquals(faultOf(text(...OPTIONS, `Supported: ${values},a`)), "too-many");
    }
  },
  params: () => {
    const params = ";a".repeat(MESSAGE_LIMITS.params);
    assertEquals([parseParams(params, 0).ok, parseParams(`${params};a`, 0).ok], [true, false]);
  },
  mediaLines: () => {
    const lines = "m=audio 4000 RTP/AVP 0\r\n".repeat(MESSAGE_LIMITS.mediaLines);
    const read = (more: string) => parseDescription(`v=0\r\n${lines}${more}`).ok;
    assertEquals([read(""), read("m=audio 4000 RTP/AVP 0\r\n")], [true, false]);
  },
  multipartDepth: () => {
    const found = (depth: number) => findSdp(nested(depth).type, nested(depth).body).length;
    const { multipartDepth } = MESSAGE_LIMITS;
    assertEquals([found(multipartDepth), found(multipartDepth + 1)], [1, 0]);
  },
};
