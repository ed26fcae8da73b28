// SPDX-License-Identifier: Apache-2.0
/*
 * measure OUTPUT UNTIL COMMAND...: runs a command and prints, as JSON, its status, wall and CPU time (ns) and peak RSS
 * (bytes). Its output goes to a file. UNTIL is "", or a text: the command is measured until it prints that, then killed.
 * In C, for a process starts with its parent's size as its peak, and node's would be 40 MB.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t nanoseconds(struct timeval time)
{
	return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

static void print(int status, int64_t wall, int64_t cpu, long kilobytes)
{
	printf("{\"status\":%d,\"wall\":%" PRId64 ",\"cpu\":%" PRId64 ",\"rss\":%ld}\n", status, wall, cpu,
	       kilobytes * 1024);
}

static pid_t start(char **command, int output)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	dup2(output, 1);
	dup2(output, 2);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

/* Of a process that runs: wait4 would tell what its end took, too. */
static long peak_kilobytes(pid_t pid)
{
	char path[64], line[256];
	long kilobytes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmHWM: %ld", &kilobytes);
	return kilobytes;
}

static void until_end(char **command, int output)
{
	int64_t start_time = now(CLOCK_MONOTONIC);
	pid_t pid = start(command, output);
	struct rusage usage;
	int status;

	wait4(pid, &status, 0, &usage);
	print(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), now(CLOCK_MONOTONIC) - start_time,
	      nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime), usage.ru_maxrss);
}

static void until_text(char **command, int output, const char *text)
{
	static char seen[1 << 16];
	size_t length = 0;
	ssize_t count;
	int64_t start_time, wall, cpu = 0;
	clockid_t clock;
	int pipes[2], status;
	long kilobytes = 0;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC))
		exit(1);
	start_time = now(CLOCK_MONOTONIC);
	pid = start(command, pipes[1]);
	close(pipes[1]);
	while (!strstr(seen, text) && (count = read(pipes[0], seen + length, sizeof(seen) - 1 - length)) > 0)
		length += count;
	wall = now(CLOCK_MONOTONIC) - start_time;
	if (!clock_getcpuclockid(pid, &clock))
		cpu = now(clock);
	kilobytes = peak_kilobytes(pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (write(output, seen, length) < 0)
		exit(1);
	if (strstr(seen, text))
		status = 0;
	else
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	print(status, wall, cpu, kilobytes);
}

int main(int argc, char **argv)
{
	int output;

	if (argc < 4)
		return 64;
	output = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (argv[2][0])
		until_text(argv + 3, output, argv[2]);
	else
		until_end(argv + 3, output);
	return 0;
}
