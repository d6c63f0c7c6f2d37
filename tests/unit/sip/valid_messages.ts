import { text } from "./messages.ts";
import { SOUND } from "./sound_messages.ts";

const SDP = [
  "v=0",
  "o=mhandley 29739 7272939 IN IP4 192.0.2.3",
  "s=-",
  "c=IN IP4 192.0.2.4",
  "t=0 0",
  "m=audio 49217 RTP/AVP 0 12",
  "m=video 3227 RTP/AVP 31",
  "a=rtpmap:31 LPC",
  "",
].join("\r\n");

const WSINV = text(
  "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
  "TO :",
  " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
  "  ;",
  "  tag = 98asjd8",
  "MaX-fOrWaRdS: 0068",
  "Call-ID: wsinv.ndaksdj@192.0.2.1",
  `Content-Length   : ${SDP.length}`,
  "cseq: 0009",
  "  INVITE",
  "Via  : SIP  /   2.0",
  " /UDP",
  "    192.0.2.2;branch=390skdjuw",
  "s :",
  "NewFangledHeader:   newfangled value",
  " continued newfangled value",
  "UnknownHeaderWithUnusualValue: ;;,,;;,;",
  "Content-Type: application/sdp",
  "Route:",
  " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
  "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
  "  branch  =   z9hG4bK9ikj8  ,",
  " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
  " z9hG4bK30239",
  'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
  "      newvalue ;",
  "  secondparam ; q = 0.33",
) + SDP;

const UNUSUAL_METHOD = "!interesting-Method0123456789_*+`.%indeed'~";

const INTMETH = text(
  `${UNUSUAL_METHOD} sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0`,
  "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
  'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>',
  "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>" +
    ";fromParam''~+*_!.-%=\"\xd1\x80\xd0\xb0\xd0\xb1\";tag=_token~1'+`*%!-.",
  "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
  `CSeq: 139122385 ${UNUSUAL_METHOD}`,
  "Max-Forwards: 255",
  "extensionHeader-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb",
  "Content-Length: 0",
);

const ESC01 = text(
  "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
  "To: sip:%75se%72@example.com",
  "From: <sip:I%20have%20spaces@example.net>;tag=938",
  "Max-Forwards: 87",
  "i: esc01.239409asdfakjkn23onasd0-3234",
  "CSeq: 234234 INVITE",
  "Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw",
  "C: application/sdp",
  "Contact:",
  "  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>",
  `Content-Length: ${SDP.length}`,
) + SDP;

const ESCNULL = text(
  "REGISTER sip:example.com SIP/2.0",
  "To: sip:null-%00-null@example.com",
  "From: sip:null-%00-null@example.com;tag=839923423",
  "Max-Forwards: 70",
  "Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd",
  "CSeq: 14398234 REGISTER",
  "Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw",
  "Contact: <sip:%00@host5.example.com>",
  "Contact: <sip:%00%00@host5.example.com>",
  "L:0",
);

const ESC02 = text(
  "RE%47IST%45R sip:registrar.example.com SIP/2.0",
  'To: "%Z%45" <sip:resource@example.com>',
  'From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
  "Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf",
  "Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234",
  "CSeq: 29344 RE%47IST%45R",
  "Max-Forwards: 70",
  "Contact: <sip:alias1@host1.example.com>",
  "C%6Fntact: <sip:alias2@host2.example.com>",
  "Contact: <sip:alias3@host3.example.com>",
  "l: 0",
);

const LWSDISP = text(
  "OPTIONS sip:user@example.com SIP/2.0",
  "To: sip:user@example.com",
  "From: caller<sip:caller@example.com>;tag=323",
  "Max-Forwards: 70",
  "Call-ID: lwsdisp.1234abcd@funky.example.com",
  "CSeq: 60 OPTIONS",
  "Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw",
  "l: 0",
);

/** Shorter than the original in repetitions only. */
const LONGREQ = text(
  "INVITE sip:user@example.com SIP/2.0",
  `To: "I have a user name of ${"extreme".repeat(30)} proportion"<sip:user@example.com:6000;` +
    `unknownparam1=very${"long".repeat(30)}value;longparam${"name".repeat(30)}=shortvalue;` +
    `very${"long".repeat(30)}ParameterNameWithNoValue>`,
  `F: sip:${"amazinglylongcallername".repeat(10)}@example.net;tag=12${"982".repeat(80)}424;` +
    `unknownheaderparam${"name".repeat(30)}=unknowheaderparam${"value".repeat(30)};` +
    `unknownValueless${"paramname".repeat(15)}`,
  `Call-ID: longreq.one${"really".repeat(30)}longcallid`,
  "CSeq: 3882340 INVITE",
  `Unknown-${"Long".repeat(30)}-Name: unknown-${"long".repeat(30)}-value;` +
    `unknown-${"long".repeat(30)}-parameter-name = unknown-${"long".repeat(30)}-parameter-value`,
  "Via: SIP/2.0/TCP sip33.example.com",
  "v: SIP/2.0/TCP sip32.example.com",
  "V: SIP/2.0/TCP sip31.example.com",
  ...[
    "Via",
    "ViA",
    "VIa",
    "VIA",
    "via",
    "viA",
    "vIa",
    "vIA",
    "V ",
    "v ",
    "V  ",
    "v  ",
    "Via ",
    "Via  ",
  ]
    .map((name, index) => `${name}: SIP/2.0/TCP sip${30 - index}.example.com`),
  ...Array.from({ length: 16 }, (_, index) => `Via: SIP/2.0/TCP sip${16 - index}.example.com`),
  `Via: SIP/2.0/TCP host.example.com;received=192.0.2.5;branch=very${"long".repeat(50)}branchvalue`,
  "Max-Forwards: 70",
  `Contact: <sip:${"amazinglylongcallername".repeat(10)}@host5.example.net>`,
  "Content-Type: application/sdp",
  `l: ${SDP.length}`,
) + SDP;

const SEMIURI = text(
  "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0",
  "To: sip:j_user@example.com",
  "From: sip:caller@example.org;tag=33242",
  "Max-Forwards: 3",
  "Call-ID: semiuri.0ha0isndaksdj",
  "CSeq: 8 OPTIONS",
  "Accept: application/sdp, application/pkcs7-mime,",
  "        multipart/mixed, multipart/signed,",
  "        message/sip, message/sipfrag",
  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw",
  "l: 0",
);

const TRANSPORTS = text(
  "OPTIONS sip:user@example.com SIP/2.0",
  "To: sip:user@example.com",
  "From: <sip:caller@example.com>;tag=323",
  "Max-Forwards: 70",
  "Call-ID:  transports.kijh4akdnaqjkwendsasfdj",
  "Accept: application/sdp",
  "CSeq: 60 OPTIONS",
  "Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw",
  "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf",
  "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj",
  "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en",
  "Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee",
  "l: 0",
);

const PARTS = [
  "--7a9cbec02ceef655",
  "Content-Type: text/plain",
  "Content-Transfer-Encoding: binary",
  "",
  "Hello",
  "--7a9cbec02ceef655",
  "Content-Type: application/octet-stream",
  "Content-Transfer-Encoding: binary",
  "",
  "0\x82\x01R\x06\t*\x86H\x86\xf7\r\x01\x07\x02\xa0\x82\x01C\r\n\r\n\x00\xff\r",
  "--7a9cbec02ceef655--",
].join("\r\n");

const MPART01 = text(
  "MESSAGE sip:kumiko@example.org SIP/2.0",
  "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport",
  "Max-Forwards: 70",
  "Route: <sip:127.0.0.1:5080>",
  "Identity: r5mwreLuyDRYBi/0TiPwEsY3rEVsk/G2WxhgTV1PF7hHuL",
  "Contact: <sip:fluffy@127.0.0.1:5070>",
  "To: <sip:kumiko@example.org>",
  "From: <sip:fluffy@example.com>;tag=2fb0dcc9",
  "Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..",
  "CSeq: 1 MESSAGE",
  "Content-Transfer-Encoding: binary",
  "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655",
  "Date: Sat, 15 Oct 2005 04:44:56 GMT",
  "User-Agent: SIPimp.org/0.2.5 (curses)",
  `Content-Length: ${PARTS.length}`,
) + PARTS;

const UNREASON = text(
  "SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe \xd1\x81\xd1\x82\xd0\xbe",
  "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
  "Call-ID: unreason.1234ksdfak3j2erwedfsASdf",
  "CSeq: 35 INVITE",
  "From: sip:user@example.com;tag=11141343",
  "To: sip:user@example.edu;tag=2229",
  `Content-Length: ${SDP.length}`,
  "Content-Type: application/sdp",
  "Contact: <sip:user@host198.example.com>",
) + SDP;

const NOREASON = text(
  "SIP/2.0 100 ",
  "Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe",
  "Call-ID: noreason.asndj203insdf99223ndf",
  "CSeq: 35 INVITE",
  "From: <sip:user@example.com>;tag=39ansfi3",
  "To: <sip:user@example.edu>;tag=902jndnke3",
  "Content-Length: 0",
  "Contact: <sip:user@host105.example.com>",
);

/** RFC 4475 §3.1.1 without dblreq, which has a surplus, and what is sound of its other sections, by name. */
export const VALID: Readonly<Record<string, string>> = {
  wsinv: WSINV,
  intmeth: INTMETH,
  esc01: ESC01,
  escnull: ESCNULL,
  esc02: ESC02,
  lwsdisp: LWSDISP,
  longreq: LONGREQ,
  semiuri: SEMIURI,
  transports: TRANSPORTS,
  mpart01: MPART01,
  unreason: UNREASON,
  noreason: NOREASON,
  ...SOUND,
};
