// Calls of the C library that Swift's module of it leaves out.
#pragma once
#include <sys/vfs.h>

extern int renameat2(
    int old_folder, const char *old_path, int new_folder, const char *new_path,
    unsigned int flags);

// The type of the file system of a path, or 0 when it cannot be told.
static inline unsigned int suture_file_system_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (unsigned int)status.f_type : 0;
}
