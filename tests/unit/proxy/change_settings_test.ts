import { assertEquals } from "@std/assert";
import type { CoreSettings, ProviderSettings } from "../../../src/proxy/settings.ts";
import { header, requestText } from "./messages.ts";
import { register, sentRequest, Stage } from "./stage.ts";
import { SETTINGS } from "./world_fixture.ts";

const PROXIED: ProviderSettings = {
  domain: "example.com",
  outboundProxy: { host: "198.51.100.20", port: 5070 },
  servers: [],
  admit: "token",
  contact: "dialog",
  media: "strict",
};

function change(stage: Stage, settings: Partial<CoreSettings>): void {
  stage.event({ type: "settings.changed", settings: { ...SETTINGS, ...settings } });
}

Deno.test("a provider's outbound proxy holds from the next request on, and goes again", () => {
  const stage = new Stage();
  register(stage);
  const to = (call: string) => {
    stage.inside(requestText({ method: "OPTIONS", call }));
    return stage.one("OPTIONS").to;
  };
  assertEquals(to("1"), "198.51.100.10:5060");
  change(stage, { providers: [PROXIED] });
  assertEquals(to("2"), "198.51.100.20:5070");
  change(stage, { providers: [] });
  assertEquals(to("3"), "198.51.100.10:5060");
});

Deno.test("a keep-alive interval that changed begins anew, one that did not goes on", () => {
  const stage = new Stage();
  register(stage);
  const pings = () => stage.sent.splice(0).filter(({ text }) => text === "\r\n\r\n").length;
  stage.pass(20_000);
  change(stage, {});
  stage.pass(5_000);
  assertEquals(pings(), 2);
  change(stage, { outside: { keepaliveMs: 10_000 } });
  stage.pass(9_999);
  assertEquals(pings(), 0);
  stage.pass(1);
  assertEquals(pings(), 2);
});

Deno.test("a shorter refresh_max holds for the next answer to a REGISTER", () => {
  const stage = new Stage();
  change(stage, { inside: { refreshMaxMs: 60_000 } });
  stage.inside(requestText({
    method: "REGISTER",
    uri: "sip:example.com",
    to: "<sip:alice@example.com>",
    contact: "<sip:alice@192.168.1.20:5060>",
    headers: ["Expires: 3600"],
  }));
  const sent = sentRequest(stage.one("REGISTER"));
  const contact = header(sent, "contact");
  stage.outside(
    `SIP/2.0 200 OK\r\n${
      ["via", "from", "to", "call-id", "cseq"].map((key) => `${key}: ${header(sent, key)}\r\n`)
        .join("")
    }Contact: ${contact};expires=3600\r\nContent-Length: 0\r\n\r\n`,
  );
  const granted = /expires=(\d+)/.exec(stage.one("SIP/2.0 200").text)?.[1];
  assertEquals(granted, "60");
});
