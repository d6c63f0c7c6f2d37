/** Rules, or sentences of them, that no flow can show yet, each with the reason. */
export const PENDING: Readonly<Record<string, string>> = {
  "T1 trunk rules and default target": "[[trunk]] is not in the configuration yet",
  "S3 addresses of a trunk": "[[trunk]] is not in the configuration yet",
  "N1 tel: with several providers": "[[provider]] has no number plan yet",
};
