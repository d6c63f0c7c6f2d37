import { assertEquals } from "@std/assert";
import { callOut, Stage } from "./stage.ts";
import { SETTINGS } from "./world_fixture.ts";

/** Notes about session descriptions of a call out. */
function notes(level: "info" | "debug"): (string | undefined)[][] {
  const stage = new Stage({ settings: { ...SETTINGS, log: { level } } });
  callOut(stage);
  return stage.effects.flatMap((effect) =>
    effect.type === "note" && effect.note.kind === "sdp"
      ? [[effect.note.text, effect.note.detail?.replace(/:1\d{4}$/, ":PORT")]]
      : []
  );
}

Deno.test("at debug a call's offer and answer are told with what the far end sees", () => {
  const [offer, answer, ...more] = notes("debug");
  assertEquals(offer, [
    "Session description from 192.168.1.20:5060 for 198.51.100.10:5060",
    "audio (RTP/AVP) at 192.168.1.20:4000 is shown as 203.0.113.5:PORT",
  ]);
  assertEquals(answer, [
    "Session description from 198.51.100.10:5060 for 192.168.1.20:5060",
    "audio (RTP/AVP) at 198.51.100.10:4000 is shown as 192.168.1.1:PORT",
  ]);
  assertEquals(more, []);
});

Deno.test("at info nothing is told of it", () => {
  assertEquals(notes("info"), []);
});
