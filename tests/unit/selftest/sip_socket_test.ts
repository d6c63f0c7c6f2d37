import { assertEquals } from "@std/assert";
import type { AgentEvent } from "../../../src/selftest/agent.ts";
import { Happenings } from "../../../src/selftest/happenings.ts";
import { MediaLine } from "../../../src/selftest/media_line.ts";
import { Provider } from "../../../src/selftest/provider.ts";
import { listenUdp, SipSocket } from "../../../src/selftest/sip_socket.ts";
import { UserAgent } from "../../../src/selftest/user_agent.ts";
import { seeded } from "./small_world.ts";

const isKind =
  <K extends AgentEvent["kind"]>(kind: K) =>
  (event: AgentEvent): event is Extract<AgentEvent, { kind: K }> => event.kind === kind;

Deno.test("over real sockets a phone registers, calls, is heard by tone and hangs up", async () => {
  const [phoneSocket, partySocket] = [SipSocket.open("127.0.3.2"), SipSocket.open("127.0.3.3")];
  const providerSocket = SipSocket.open("127.0.3.4");
  const [phoneLine, partyLine] = [MediaLine.open("127.0.3.2"), MediaLine.open("127.0.3.3")];
  const domain = `127.0.3.4:${providerSocket.address.port}`;
  const account = { user: "100", domain, password: "secret" };
  const [atPhone, atParty] = [new Happenings<AgentEvent>(), new Happenings<AgentEvent>()];
  const provider = new Provider({
    local: providerSocket.address,
    accounts: [account],
    parties: new Map([["200", partySocket.address]]),
    send: providerSocket.send,
  });
  const phone = new UserAgent({
    account,
    local: phoneSocket.address,
    media: phoneLine.address,
    outboundProxy: providerSocket.address,
    send: phoneSocket.send,
    random: seeded(1),
    event: (event) => atPhone.add(event),
  });
  const party = new UserAgent({
    account: { user: "200", domain, password: "" },
    local: partySocket.address,
    media: partyLine.address,
    send: partySocket.send,
    random: seeded(2),
    event: (event) => atParty.add(event),
  });
  providerSocket.attach(provider);
  phoneSocket.attach(phone);
  partySocket.attach(party);

  phoneSocket.act((now) => phone.register(300, now));
  assertEquals((await atPhone.take(isKind("registered"), 5000))?.expires, 300);
  const id = phoneSocket.act((now) => phone.call(`sip:200@${domain}`, now));
  assertEquals((await atParty.take(isKind("invited"), 5000))?.callId, id);
  partySocket.act((now) => party.accept(id, now));
  const answered = await atPhone.take(isKind("answered"), 5000);
  const established = await atParty.take(isKind("established"), 5000);
  const talks = await Promise.all([
    phoneLine.talk({ far: answered!.farMedia, frequency: 400, packets: 5 }),
    partyLine.talk({ far: established!.farMedia, frequency: 700, packets: 5 }),
  ]);
  for (const talk of talks) {
    assertEquals([talk.recording.packets, talk.reports, talk.strangers], [5, 1, []]);
  }
  partySocket.act((now) => party.hangUp(id, now));
  assertEquals((await atPhone.take(isKind("ended"), 5000))?.callId, id);
  for (const closing of [phoneSocket, partySocket, providerSocket, phoneLine, partyLine]) {
    await closing.close();
  }
});

Deno.test("a closed socket's port is free", async () => {
  const socket = SipSocket.open("127.0.3.2");
  socket.attach({ receive: () => {}, nextTimeout: () => undefined, handleTimeout: () => {} });
  await socket.close();
  const again = listenUdp("127.0.3.2", socket.address.port);
  assertEquals(again.address, socket.address);
  again.socket.close();
});

Deno.test("a socket wakes its endpoint when that wants to be woken", async () => {
  const socket = SipSocket.open("127.0.3.2");
  let due: number | undefined = 0;
  const woken = new Promise<number>((resolve) => {
    socket.attach({
      receive: () => {},
      nextTimeout: () => due,
      handleTimeout: (now) => {
        due = undefined;
        resolve(now);
      },
    });
  });
  socket.act(() => {});
  assertEquals(typeof await woken, "number");
  await socket.close();
});
