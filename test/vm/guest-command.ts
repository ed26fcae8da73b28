/** What runs in the guest, and where. */
export interface GuestCommand {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The shell script that runs the command: every byte of every argument arrives as it is. */
export function guestScript(command: GuestCommand): string {
  const exports = Object.entries(command.environment).map(
    ([name, value]) => `export ${variableName(name)}=${quote(value)}`,
  );
  return [
    ...exports,
    `cd ${quote(command.directory)} || exit 125`,
    `exec ${command.argv.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

/** One word for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function variableName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new Error(`"${name}" is no name for a variable`);
  return name;
}
