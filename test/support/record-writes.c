/*
 * Writes down, for LD_PRELOAD, everything that happens to files named data.mdb under $RECORD_DIR, and every line on standard output, in
 * order, to the file $RECORD_LOG, so that a test can rebuild what a power cut at any moment would have left on the disk.
 *
 *   record:  1 byte what, 7 bytes nothing, 8 bytes offset, 8 bytes length, the bytes     (little endian)
 *   what:    W write, D write through O_DSYNC (durable on return), s sync begins, S sync ended, T truncate, A a line on standard output
 *
 * LMDB must not be opened with a writable map: what goes through one is not seen here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096
enum { OTHER = 0, DATA = 1, META = 2 };
static char kinds[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record_fd = -2;

#define NEXT(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) next = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int kind_of(int fd) { return fd >= 0 && fd < DESCRIPTORS ? kinds[fd] : OTHER; }

static void note(char what, int64_t offset, const void *bytes, int64_t length) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  static int (*open_next)(const char *, int, ...);
  if (!open_next) open_next = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  char head[24] = {0};
  head[0] = what;
  memcpy(head + 8, &offset, 8);
  memcpy(head + 16, &length, 8);
  struct iovec parts[2] = {{head, 24}, {(void *)bytes, bytes ? (size_t)length : 0}};
  pthread_mutex_lock(&lock);
  if (record_fd == -2) {
    const char *path = getenv("RECORD_LOG");
    record_fd = path ? open_next(path, O_CREAT | O_WRONLY | O_APPEND, 0644) : -1;
  }
  if (record_fd >= 0 && next(record_fd, parts, 2) < 0) abort();
  pthread_mutex_unlock(&lock);
}

static int opened(int fd, const char *path, int flags) {
  const char *dir = getenv("RECORD_DIR");
  int tracked = dir && strncmp(path, dir, strlen(dir)) == 0 && strstr(path, "data.mdb");
  if (fd >= 0 && fd < DESCRIPTORS) kinds[fd] = tracked ? ((flags & O_DSYNC) ? META : DATA) : OTHER;
  return fd;
}

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
  ssize_t written = next(fd, bytes, size, at);
  if (kind_of(fd) && written > 0) note(kind_of(fd) == META ? 'D' : 'W', at, bytes, written);
  return written;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }

static void note_parts(int fd, const struct iovec *parts, int64_t at, ssize_t written) {
  char what = kind_of(fd) == META ? 'D' : 'W';
  for (int i = 0; written > 0; i++) {
    ssize_t size = (ssize_t)parts[i].iov_len < written ? (ssize_t)parts[i].iov_len : written;
    note(what, at, parts[i].iov_base, size);
    at += size;
    written -= size;
  }
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  NEXT(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  ssize_t written = next(fd, parts, count, at);
  if (kind_of(fd)) note_parts(fd, parts, at, written);
  return written;
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  if (fd == 1)
    for (int i = 0; i < count; i++) note('A', 0, parts[i].iov_base, (int64_t)parts[i].iov_len);
  int64_t at = kind_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t written = next(fd, parts, count);
  if (kind_of(fd)) note_parts(fd, parts, at, written);
  return written;
}
ssize_t write(int fd, const void *bytes, size_t size) {
  NEXT(ssize_t, "write", int, const void *, size_t);
  /* Noted before it is out, so that a cut between the two asks too much of the disk rather than too little. */
  if (fd == 1) note('A', 0, bytes, (int64_t)size);
  int64_t at = kind_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t written = next(fd, bytes, size);
  if (kind_of(fd) && written > 0) note(kind_of(fd) == META ? 'D' : 'W', at, bytes, written);
  return written;
}
static int synced(int (*next)(int), int fd) {
  if (!kind_of(fd)) return next(fd);
  note('s', 0, NULL, 0);
  int result = next(fd);
  if (result == 0) note('S', 0, NULL, 0);
  return result;
}
int fdatasync(int fd) {
  NEXT(int, "fdatasync", int);
  return synced(next, fd);
}
int fsync(int fd) {
  NEXT(int, "fsync", int);
  return synced(next, fd);
}
int ftruncate64(int fd, off64_t size) {
  NEXT(int, "ftruncate64", int, off64_t);
  if (kind_of(fd)) note('T', size, NULL, 0);
  return next(fd, size);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
