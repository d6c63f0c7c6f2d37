import { formatAdvertise, parseAdvertise } from "../../../src/config/advertise_value.ts";
import { checkForm } from "./forms.ts";

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
      ["atuo", 'write "auto"'],
      ["", 'write "auto"'],
      ["home", "host name with a dot"],
      ["ppp0", 'an interface is named in [outside] interface: write "auto"'],
      ["198.51.100", "host name with a dot"],
      ["198.51.100.256", "host name with a dot"],
      ["-a.example", "host name with a dot"],
      ["a-.example", "host name with a dot"],
      ["a..example", "host name with a dot"],
      ["stun:stun.example.org", "STUN is not supported"],
      [`${"a.".repeat(200)}example`, "host name with a dot"],
      ["198.51.100.7:5060", 'the port is that of [outside] listen: write "198.51.100.7"'],
      ["sip:home.example.org:5060", 'write "home.example.org"'],
      ["198.51.100.7/32", 'stands alone: write "198.51.100.7"'],
      ["https://home.example.org/", 'stands alone: write "home.example.org"'],
      ["0.0.0.0", "no host's address"],
      ["255.255.255.255", "no host's address"],
      ["2001:db8::1", "IPv6 is not supported"],
      ["[2001:db8::1]:5060", "IPv6 is not supported"],
    ],
  });
});
