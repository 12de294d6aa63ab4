// Calls of the C library that Swift's module of it leaves out.
#pragma once
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>

extern int pipe2(int ends[2], int flags);

// The folder that a program is started in.
extern int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *actions, const char *path);

// Has the kernel end this process when the thread that started it ends.
static inline int suture_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
