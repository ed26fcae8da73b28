import { run } from './fentryctl.ts';

/** Node opens no terminals, so what stands for a person, a shell and a terminal is written in Python. */
const session = `
import fcntl, json, os, pty, re, signal, struct, sys, termios

steps, command = json.loads(sys.argv[1]), sys.argv[2:]

def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

def shell():
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            os._exit(os.waitstatus_to_exitcode(status) & 0xff)
        os.write(1, b'[stopped by %d]' % os.WSTOPSIG(status))
        os.kill(job, signal.SIGCONT)

child, terminal = pty.fork()
if child == 0:
    resize(0, 10, 100)
    shell()

output, seen = b'', 0

def more():
    global output
    try:
        part = os.read(terminal, 65536)
    except OSError:
        part = b''
    output += part
    return part != b''

for step in steps:
    until = re.compile(step['until'].encode())
    while until.search(output, seen) is None and more():
        pass
    seen = len(output)
    if 'type' in step:
        os.write(terminal, step['type'].encode())
    if 'size' in step:
        resize(terminal, *step['size'])
while more():
    pass
_, status = os.waitpid(child, 0)
print(json.dumps({'output': output.decode(), 'status': os.waitstatus_to_exitcode(status)}))
`;

/** What a person does as soon as something that matches is shown: types, or makes the window another size. */
export interface Step {
  readonly until: string;
  readonly type?: string;
  readonly size?: readonly [rows: number, columns: number];
}

export interface Session {
  /** All that was written to the terminal, by the shell too. */
  readonly output: string;
  readonly status: number;
}

/** Runs a command as a job of a shell on a terminal of 10 lines and 100 columns; the shell lets one go on that was stopped. */
export function onTerminal(steps: readonly Step[], command: readonly string[]): Session {
  const { stdout, stderr } = run('python3', ['-c', session, JSON.stringify(steps), ...command]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Session; // as the script above prints it
}
