import { assert, assertEquals, assertThrows } from "@std/assert";
import { audio } from "../unit/proxy/messages.ts";
import { Arena } from "./arena.ts";
import { CLASSES } from "./classes.ts";
import { Dice } from "./dice.ts";
import { MediaWatch } from "./media_watch.ts";
import { PLACES } from "./samples.ts";

const PHONE = "192.168.1.20:4000";
const PARTY = "198.51.100.10:4000";
const FROM_PHONE = { from: PHONE, to: "192.168.1.1:10000" };
const FROM_PARTY = { from: PARTY, to: "203.0.113.5:10000" };
const TRIES = 400;

function watch(): MediaWatch {
  const made = new MediaWatch();
  made.named("inside", audio("192.168.1.20"));
  made.named("outside", audio("198.51.100.10"));
  return made;
}

Deno.test("what goes to where a description named passes, RTCP's port and the way back too", () => {
  const made = watch();
  made.check(FROM_PHONE, { from: "203.0.113.5:10000", to: PARTY }, false);
  made.check(FROM_PHONE, { from: "203.0.113.5:10001", to: "198.51.100.10:4001" }, false);
  made.check(FROM_PARTY, { from: "192.168.1.1:10000", to: PHONE }, false);
  made.heard({ from: "198.51.100.11:9", to: "203.0.113.5:10000" });
  made.check(FROM_PHONE, { from: "203.0.113.5:10000", to: "198.51.100.11:9" }, false);
});

Deno.test("a place is named on a line that a CR of its own breaks for some", () => {
  const made = new MediaWatch();
  made.named("outside", audio("198.51.100.10").replace("m=audio 4000", "m=a\rudio 4790"));
  made.check(FROM_PHONE, { from: "203.0.113.5:10000", to: "198.51.100.10:4790" }, false);
});

Deno.test("an address that a Content-Length cuts short is named as it was written and as it is read", () => {
  const made = new MediaWatch();
  const body = audio("192.0.2.10").replace("m=audio", "a=rtcp:9 IN IP4 192.0.2.30\r\nm=audio");
  const until = body.indexOf(".30") + 2;
  made.named("outside", `SIP/2.0 200 OK\r\nl: ${until}\r\n\r\n${body}`);
  const from = "203.0.113.5:10000";
  for (const to of ["192.0.2.10:4000", "192.0.2.3:9"]) {
    made.check(FROM_PHONE, { from, to }, false);
  }
  const nobody = () => made.check(FROM_PHONE, { from, to: "192.0.2.1:9" }, false);
  assertThrows(nobody, Error, "To a place that nobody named");
});

Deno.test("a place that nobody named, the other side and a stranger's packet are told", () => {
  const made = watch();
  const outside = "203.0.113.5:10000";
  const nobody = () => made.check(FROM_PHONE, { from: outside, to: "198.51.100.10:4444" }, false);
  assertThrows(nobody, Error, "To a place that nobody named");
  const swapped = () => made.check(FROM_PHONE, { from: outside, to: PHONE }, false);
  assertThrows(swapped, Error, "To the other side");
  const crossed = { from: PARTY, to: "192.168.1.1:10000" };
  const across = () => made.check(crossed, { from: outside, to: PARTY }, false);
  assertThrows(across, Error, "From the other side");
  const strange = { from: "203.0.113.200:7", to: outside };
  const heard = () => made.check(strange, { from: "192.168.1.1:10000", to: PHONE }, true);
  assertThrows(heard, Error, "A stranger's packet");
});

Deno.test("after a description nearby nobody is a stranger, and when all is forgotten no place is named", () => {
  const made = watch();
  assert(made.isStranger("203.0.113.200:7"));
  assert(!made.isStranger("198.51.100.99:7"));
  made.clear();
  assert(made.isStranger("198.51.100.99:7"));
  const again = () => made.check(FROM_PHONE, { from: "203.0.113.5:10000", to: PARTY }, false);
  assertThrows(again, Error, "To a place that nobody named");
});

type Route = Arena["stage"]["core"]["relay"]["route"];

/** Media of both classes at a core whose relay is as `change` makes it. */
function tries(change: (route: Route) => Route): void {
  const arena = new Arena({ clock: () => 0 });
  void arena.living;
  const { relay } = arena.stage.core;
  relay.route = change(relay.route.bind(relay));
  for (let seed = 0; seed < TRIES; seed++) {
    CLASSES[seed % 2 === 0 ? "RTP" : "RTCP"]!(arena, new Dice(seed));
    arena.wait(seed % 50);
  }
}

Deno.test("a sound relay passes, one that lets strangers in or sends elsewhere is caught", () => {
  tries((route) => route);
  const open = () =>
    tries((route) => {
      let last: ReturnType<Route>;
      // Whoever it is: what comes goes where the latest packet went.
      return (...packet) => {
        const hop = route(...packet);
        if (hop !== undefined) last = { ...hop };
        return hop ?? last;
      };
    });
  assertThrows(open, Error, "(RULES L");
  const astray = () =>
    tries((route) => (...packet) => {
      const hop = route(...packet);
      return hop && { ...hop, port: hop.port ^ 0x100 };
    });
  assertThrows(astray, Error, "To a place that nobody named");
  const inward = () =>
    tries((route) => (...packet) => {
      const hop = route(...packet);
      return hop && { ...hop, ip: "192.168.1.20" };
    });
  assertThrows(inward, Error, "To the other side");
});

Deno.test("a relay that accepts whoever knocks first is caught by the strangers it lets in", () => {
  const accepting = () =>
    tries((route) => (socket, ip, port, bytes, now) =>
      // As if the signalled party had sent it.
      route(socket, ip, port, bytes, now) ??
        (ip.startsWith("203.0.113.") ? route(socket, "198.51.100.10", 4000, bytes, now) : undefined)
    );
  assertThrows(accepting, Error, "A stranger's packet");
});

Deno.test("an answer to a stranger that is larger than its request fails the try", () => {
  const loud = (text: string) =>
    text.startsWith("SIP/2.0")
      ? text.replace("\r\n", `\r\nServer: ${"x".repeat(4_000)}\r\n`)
      : text;
  const run = (fault: (text: string) => string) => {
    const arena = new Arena({ clock: () => 0, fault });
    for (let seed = 0; seed < TRIES; seed++) {
      CLASSES["SIP from a stranger"]!(arena, new Dice(seed));
    }
  };
  run((text) => text);
  assertThrows(() => run(loud), Error, "bytes went outside for a stranger's");
});

Deno.test("the arena's call is one of the places that media is exchanged with", () => {
  const arena = new Arena({ clock: () => 0 });
  void arena.living;
  assertEquals(arena.watch.isStranger(PLACES.provider), false);
  assertEquals(arena.watch.isStranger("203.0.113.200:9"), true);
});
