import { assertEquals, assertMatch } from "@std/assert";
import { formatCidr } from "../../../src/base/cidr.ts";
import type { Result } from "../../../src/base/result.ts";
import {
  formatAdvertise,
  formatDuration,
  formatListen,
  formatPorts,
  parseAdvertise,
  parseDuration,
  parseInterface,
  parseListen,
  parseLogLevel,
  parseNetwork,
  parsePorts,
  parseStatePath,
} from "../../../src/config/values.ts";

interface Form<T> {
  readonly parse: (text: string) => Result<T>;
  readonly format: (value: T) => string;
  /** Text, its value, and how the value is written. */
  readonly good: readonly [text: string, value: T, written: string][];
  /** Texts that are refused, with words that must stand in the reason. */
  readonly bad: readonly [text: string, words: string][];
}

function checkForm<T>(form: Form<T>): void {
  for (const [text, value, written] of form.good) {
    const parsed = form.parse(text);
    assertEquals(parsed, { ok: true, value }, text);
    assertEquals(form.format(value), written, text);
    assertEquals(form.parse(written), { ok: true, value }, written);
  }
  for (const [text, words] of form.bad) {
    const parsed = form.parse(text);
    const reason = parsed.ok ? "accepted" : parsed.reason;
    assertEquals(reason.includes(words), true, `${text}: ${reason}`);
    assertMatch(reason, /^Cannot [^\n]*[^.]$/);
  }
}

const same = (text: string): string => text;

Deno.test("durations are whole numbers with a unit, from a second to a day", () => {
  checkForm({
    parse: parseDuration,
    format: formatDuration,
    good: [
      ["30s", 30_000, "30s"],
      ["5m", 300_000, "5m"],
      ["300s", 300_000, "5m"],
      ["2h", 7_200_000, "2h"],
      ["1500ms", 1500, "1500ms"],
      ["90s", 90_000, "90s"],
      ["1s", 1000, "1s"],
      ["24h", 86_400_000, "24h"],
    ],
    bad: [
      ["30", "whole number and ms, s, m or h"],
      ["1.5s", "whole number"],
      ["-5s", "whole number"],
      ["5 s", "whole number"],
      ["1d", "whole number"],
      ["", "whole number"],
      ["999ms", `from "1s" to "24h"`],
      ["0s", `from "1s" to "24h"`],
      ["25h", `from "1s" to "24h"`],
    ],
  });
});

Deno.test("a port range is unprivileged, in order, and holds two pairs", () => {
  checkForm({
    parse: parsePorts,
    format: formatPorts,
    good: [
      ["10000-10999", { low: 10000, high: 10999 }, "10000-10999"],
      ["1024-65535", { low: 1024, high: 65535 }, "1024-65535"],
      ["20001-20005", { low: 20001, high: 20005 }, "20001-20005"],
    ],
    bad: [
      ["10000", "as a port range"],
      ["10000:10999", "as a port range"],
      ["a-b", "as a port range"],
      ["1000-2000", "from 1024 to 65535"],
      ["60000-65536", "from 1024 to 65535"],
      ["10999-10000", `"10000-10999"`],
      ["10000-10002", "needs 4 ports"],
      ["10001-10004", "needs 4 ports"],
    ],
  });
});

Deno.test("a listener is a transport that is there and a port", () => {
  checkForm({
    parse: parseListen,
    format: formatListen,
    good: [
      ["udp:5060", { transport: "udp", port: 5060 }, "udp:5060"],
      ["UDP:1", { transport: "udp", port: 1 }, "udp:1"],
      ["udp:65535", { transport: "udp", port: 65535 }, "udp:65535"],
    ],
    bad: [
      ["tcp:5060", "tcp is not supported"],
      ["tls:5061", "tls is not supported"],
      ["192.168.1.1:5060", 'write "udp:5060" here; an address to bind stands in interface'],
      ["5060", "transport and port"],
      ["udp", "transport and port"],
      ["udp:", "transport and port"],
      ["udp:sip", "transport and port"],
      ["udp:0", "from 1 to 65535"],
      ["udp:65536", "from 1 to 65535"],
    ],
  });
});

Deno.test("a network is a prefix that leaves something outside", () => {
  checkForm({
    parse: parseNetwork,
    format: formatCidr,
    good: [
      ["192.168.2.0/24", { family: 4, network: "192.168.2.0", bits: 24 }, "192.168.2.0/24"],
      ["192.168.2.7/24", { family: 4, network: "192.168.2.0", bits: 24 }, "192.168.2.0/24"],
      ["10.1.1.1", { family: 4, network: "10.1.1.1", bits: 32 }, "10.1.1.1/32"],
      ["fd00::/8", { family: 6, network: "fd00::", bits: 8 }, "fd00::/8"],
    ],
    bad: [
      ["0.0.0.0/0", "every address would be inside"],
      ["::/0", "every address would be inside"],
      ["192.168.2.0", 'needs its prefix length, as in "192.168.2.0/24"'],
      ["192.168.2.0/33", "as a network"],
      ["home", "as a network"],
    ],
  });
});

Deno.test("an interface is auto, a name, or one IPv4 address with its prefix length", () => {
  checkForm({
    parse: parseInterface,
    format: same,
    good: [
      ["auto", "auto", "auto"],
      ["eth0", "eth0", "eth0"],
      ["eth0.10", "eth0.10", "eth0.10"],
      ["eth0:1", "eth0:1", "eth0:1"],
      ["127.0.1.1/24", "127.0.1.1/24", "127.0.1.1/24"],
    ],
    bad: [
      ["192.168.1.1", `as in "192.168.1.1/24"`],
      ["192.168.1.1/33", "address to bind"],
      ["192.168.1/24", "address to bind"],
      ["0.0.0.0/0", "one address of this machine"],
      ["224.0.0.1/24", "one address of this machine"],
      ["2001:db8::1/64", "IPv6 is not supported"],
      ["", "at most 15 characters"],
      ["a name", "at most 15 characters"],
      ["interface-of-the-house", "at most 15 characters"],
    ],
  });
});

Deno.test("the advertised address is auto, an IPv4 address or a host name with a dot", () => {
  checkForm({
    parse: parseAdvertise,
    format: formatAdvertise,
    good: [
      ["auto", { kind: "auto" }, "auto"],
      ["198.51.100.7", { kind: "ip", ip: "198.51.100.7" }, "198.51.100.7"],
      ["Home.Example.ORG", { kind: "name", name: "home.example.org" }, "home.example.org"],
      ["a.dyn-dns.example.", { kind: "name", name: "a.dyn-dns.example." }, "a.dyn-dns.example."],
    ],
    bad: [
      ["atuo", "host name with a dot"],
      ["198.51.100", "host name with a dot"],
      ["198.51.100.256", "host name with a dot"],
      ["-a.example", "host name with a dot"],
      ["a-.example", "host name with a dot"],
      ["a..example", "host name with a dot"],
      ["stun:stun.example.org", "host name with a dot"],
      [`${"a.".repeat(200)}example`, "host name with a dot"],
      ["198.51.100.7:5060", 'write "198.51.100.7" alone'],
      ["home.example.org:5060", 'write "home.example.org" alone'],
      ["0.0.0.0", "no host's address"],
      ["255.255.255.255", "no host's address"],
      ["2001:db8::1", "IPv6 is not supported"],
    ],
  });
});

Deno.test("a log level is one of four, a state file is auto or a path", () => {
  checkForm({
    parse: parseLogLevel,
    format: same,
    good: [["error", "error", "error"], ["debug", "debug", "debug"]],
    bad: [["verbose", "error, warn, info, debug"], ["INFO", "error, warn, info, debug"]],
  });
  checkForm({
    parse: parseStatePath,
    format: same,
    good: [["auto", "auto", "auto"], ["/srv/s.kv", "/srv/s.kv", "/srv/s.kv"]],
    bad: [["", "auto"], ["/srv/", "file's whole path"], ["/a\0b", "file's whole path"], [
      "state.kv",
      "file's whole path",
    ], ["~/s.kv", "file's whole path"]],
  });
});
