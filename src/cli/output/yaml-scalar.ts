/** Plain where YAML takes it for text and nothing else, else quoted, as JSON does (YAML 1.2, 7.3.1). */
export function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z_./][\w./-]*$/.test(text) && !/^(?:true|false|null|\.inf|\.nan|\.\d.*)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
