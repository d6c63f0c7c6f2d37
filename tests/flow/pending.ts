/** Sentences of rules that no flow can show yet, each with the reason; the key begins with the rule. */
export const PENDING: Readonly<Record<string, string>> = {
  "S1 a trunk's requests are outside": "[[trunk]] is not in the configuration yet",
  "S3 a trunk's from": "[[trunk]] is not in the configuration yet",
  "V4 answers on connections": "UDP is the only transport yet",
  "N2 a trunk inside networks": "[[trunk]] is not in the configuration yet",
  "N4 connect refused": "UDP is the only transport yet",
  "N5 the registration's connection": "UDP is the only transport yet",
  "C3 transport of the outside listener": "UDP is the only transport yet",
  "T1 trunk rules and default target": "[[trunk]] is not in the configuration yet",
};
