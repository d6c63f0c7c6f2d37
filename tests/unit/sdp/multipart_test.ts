import { assertEquals } from "@std/assert";
import { findSdp, replaceSdp } from "../../../src/sdp/multipart.ts";

const SDP = "v=0\r\nm=audio 4000 RTP/AVP 0\r\n";

function joined(...lines: string[]): string {
  return lines.join("\r\n");
}

/** A body, its type, and the descriptions that must be found in it. */
const BODIES: [name: string, contentType: string, body: string, found: string[]][] = [
  ["plain", "application/sdp", SDP, [SDP]],
  ["with parameters and case", " Application/SDP ; charset=utf-8", SDP, [SDP]],
  ["no type but clear", "", SDP, [SDP]],
  ["no type and unclear", "", "hello", []],
  ["another type", "text/plain", SDP, []],
  [
    "first part",
    "multipart/mixed;boundary=x",
    joined("--x", "Content-Type: application/sdp", "", "v=0", "--x", "", "other", "--x--", ""),
    ["v=0"],
  ],
  [
    "parts of no type, clear and unclear",
    "multipart/mixed;boundary=x",
    joined(
      "--x",
      "",
      "v=0",
      "s=-",
      "--x",
      "",
      "other",
      "--x",
      "Content-Type: text/plain",
      "",
      "v=0",
      "--x--",
    ),
    ["v=0\r\ns=-"],
  ],
  [
    "later part, quoted boundary, preamble, epilogue, padding, compact and folded headers",
    'multipart/related; type=a; Boundary = "a b"',
    joined(
      "preamble",
      "--a b  ",
      "Content-Type: application/isup",
      "",
      "\x01\x02--a b",
      "--a b",
      "c:",
      "  application/sdp",
      "Content-Disposition: session",
      "",
      "v=0",
      "s=-",
      "--a b--",
      "--a b",
      "c: application/sdp",
      "",
      "epilogue",
    ),
    ["v=0\r\ns=-"],
  ],
  [
    "bare line feeds and no close delimiter",
    "multipart/mixed; boundary=x",
    "--x\nContent-Type: application/sdp\n\nv=0\n",
    ["v=0\n"],
  ],
  [
    "nested",
    "multipart/mixed; boundary=out",
    joined(
      "--out",
      "Content-Type: multipart/alternative; boundary=in",
      "",
      "--in",
      "Content-Type: application/sdp",
      "",
      "v=0",
      "--in--",
      "--out",
      "Content-Type: application/sdp",
      "",
      "v=1",
      "--out--",
    ),
    ["v=0", "v=1"],
  ],
  [
    "a longer boundary is another one",
    "multipart/mixed; boundary=x",
    joined("--xy", "Content-Type: application/sdp", "", "v=0", "--x--"),
    [],
  ],
  [
    "a boundary within a line",
    "multipart/mixed; boundary=x",
    joined("--x", "c: application/sdp", "", "v=0", "s=--x", "t=0 0", "--x--"),
    ["v=0\r\ns=--x\r\nt=0 0"],
  ],
  ["no boundary", "multipart/mixed", joined("--", "Content-Type: application/sdp", "", "v=0"), []],
  ["only headers", "multipart/mixed; boundary=x", joined("--x", "c: application/sdp", "--x--"), [
    "",
  ]],
];

Deno.test("every session description of a body is found, however it is wrapped", () => {
  for (const [name, contentType, body, found] of BODIES) {
    const parts = findSdp(contentType, body);
    assertEquals(parts.map(({ start, end }) => body.slice(start, end)), found, name);
    assertEquals(replaceSdp(body, parts, found), body, name);
  }
});

Deno.test("a changed part keeps its surroundings and gets its length right", () => {
  const body = joined(
    "--x",
    "Content-Length: 3",
    "Content-Type: application/sdp",
    "",
    "v=0",
    "--x--",
  );
  const parts = findSdp("multipart/mixed; boundary=x", body);
  assertEquals(
    replaceSdp(body, parts, ["v=0\r\ns=long"]),
    joined(
      "--x",
      "Content-Length: 11",
      "Content-Type: application/sdp",
      "",
      "v=0",
      "s=long",
      "--x--",
    ),
  );
});

Deno.test("parts nested without end are given up", () => {
  let body = joined("Content-Type: application/sdp", "", "v=0");
  for (let depth = 0; depth < 9; depth++) {
    body = joined("Content-Type: multipart/mixed; boundary=" + depth, "", `--${depth}`, body);
  }
  assertEquals(findSdp("multipart/mixed; boundary=x", joined("--x", body)), []);
});

Deno.test("words behind the type hide no description, another type is none", () => {
  const types = [
    "application/sdp",
    "Application/SDP;x=1",
    "application/sdp x=1",
    'application/sdp"',
  ];
  for (const type of types) assertEquals(findSdp(type, "v=0\r\n").length, 1, type);
  for (const type of ["application/sdp-x", "text/plain; application/sdp"]) {
    assertEquals(findSdp(type, "v=0\r\n"), [], type);
  }
});
