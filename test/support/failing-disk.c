/*
 * A disk that fails on command, for LD_PRELOAD. While the file $FAILING_DISK exists, one kind of call on files named data.mdb fails:
 * its text is the kind and the errno, "sync 5", "write 28" or "meta 5". "meta" is a write through a descriptor opened with O_DSYNC, which
 * is how LMDB writes the page that makes a transaction valid.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096
enum { OTHER = 0, DATA = 1, META = 2 };
static char kinds[DESCRIPTORS];

static int fails(const char *kind) {
  const char *path = getenv("FAILING_DISK");
  if (!path) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (fd < 0) return 0;
  char text[32] = {0};
  long length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  char wanted[16] = {0};
  int error = 0;
  if (length <= 0 || sscanf(text, "%15s %d", wanted, &error) != 2 || strcmp(wanted, kind) != 0) return 0;
  errno = error;
  return 1;
}

static int write_fails(int fd) {
  if (fd < 0 || fd >= DESCRIPTORS || kinds[fd] == OTHER) return 0;
  return fails(kinds[fd] == META ? "meta" : "write");
}

static int opened(int fd, const char *path, int flags) {
  if (fd >= 0 && fd < DESCRIPTORS) kinds[fd] = strstr(path, "data.mdb") ? ((flags & O_DSYNC) ? META : DATA) : OTHER;
  return fd;
}

#define NEXT(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

int open(const char *path, int flags, ...) {
  NEXT(int, "open", const char *, int, ...);
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  return opened(next(path, flags, mode), path, flags);
}
int open64(const char *path, int flags, ...) {
  NEXT(int, "open64", const char *, int, ...);
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  return opened(next(path, flags, mode), path, flags);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return write_fails(fd) ? -1 : next(fd, bytes, size, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
  NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return write_fails(fd) ? -1 : next(fd, bytes, size, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  NEXT(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  return write_fails(fd) ? -1 : next(fd, parts, count, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  return write_fails(fd) ? -1 : next(fd, parts, count);
}
ssize_t write(int fd, const void *bytes, size_t size) {
  NEXT(ssize_t, "write", int, const void *, size_t);
  return write_fails(fd) ? -1 : next(fd, bytes, size);
}
int fdatasync(int fd) {
  NEXT(int, "fdatasync", int);
  return fd >= 0 && fd < DESCRIPTORS && kinds[fd] != OTHER && fails("sync") ? -1 : next(fd);
}
int fsync(int fd) {
  NEXT(int, "fsync", int);
  return fd >= 0 && fd < DESCRIPTORS && kinds[fd] != OTHER && fails("sync") ? -1 : next(fd);
}
