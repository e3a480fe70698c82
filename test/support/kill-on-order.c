/* Kills a process at a dangerous moment of its own: preloaded under the engine, told by a file while it runs.
 *
 * A dangerous moment is a write to a deduplication log, or a rename of something under store/ (a part that gets its final name, or
 * is about to be removed). The file named by KILL_ORDER_FILE holds two numbers: "<order> <moment>". With each new order counting begins at 1,
 * and at the given moment the process ends by SIGKILL. No file, no order. KILL_ORDER_LOG gets one line a moment: its number, its kind, its path.
 *
 *   gcc -O2 -shared -fPIC -o kill-on-order.so kill-on-order.c
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long current_order = -1;
static long count = 0;

static int read_order(long *order, long *target) {
  const char *path = getenv("KILL_ORDER_FILE");
  if (!path) return 0;
  int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (fd < 0) return 0;
  char text[64];
  long length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  if (length <= 0) return 0;
  text[length] = 0;
  return sscanf(text, "%ld %ld", order, target) == 2;
}

static void write_line(const char *kind, const char *path) {
  const char *log = getenv("KILL_ORDER_LOG");
  if (!log) return;
  char line[700];
  int length = snprintf(line, sizeof line, "%ld %s %s\n", count, kind, path);
  int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (fd < 0) return;
  syscall(SYS_write, fd, line, length);
  syscall(SYS_close, fd);
}

static void moment(const char *kind, const char *path) {
  long order, target;
  if (!read_order(&order, &target)) return;
  pthread_mutex_lock(&lock);
  if (order != current_order) {
    current_order = order;
    count = 0;
  }
  count++;
  write_line(kind, path);
  int reached = count == target;
  pthread_mutex_unlock(&lock);
  if (!reached) return;
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

int rename(const char *from, const char *to) {
  long result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (strstr(to, "/store/")) moment("rename", to);
  return result == 0 ? 0 : -1;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  long written = syscall(SYS_write, fd, bytes, length);
  if (written > 0 && getenv("KILL_ORDER_FILE")) {
    char link[64], path[600];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n > 0) {
      path[n] = 0;
      if (strstr(path, "deduplication_logs")) moment("dedup-write", path);
    }
  }
  return written;
}
