/**
 * RULES S3: nobody can make us send more to an address than was sent in its name. One sentence for answers
 * that are larger together than the request they answer; empty when all is well.
 */
export function reflected(request: string, answers: readonly string[]): string[] {
  const bytes = answers.reduce((sum, text) => sum + text.length, 0);
  if (bytes <= request.length) return [];
  return [`${bytes} bytes went outside for a stranger's ${request.length}`];
}
