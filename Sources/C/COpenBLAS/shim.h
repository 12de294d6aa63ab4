#pragma once
#include <cblas.h>
#include <stdbool.h>

// What the processor and the operating system support, where OpenBLAS goes by the model number.
#if defined(__x86_64__)
static inline bool processor_has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static inline bool processor_has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#else
static inline bool processor_has_avx2(void) { return false; }
static inline bool processor_has_avx512(void) { return false; }
#endif

// Whether this program was compiled for a processor with AVX-512.
static inline bool compiled_for_avx512(void) {
#ifdef __AVX512F__
  return true;
#else
  return false;
#endif
}

// Asks for a cache line that will be needed soon. Any address will do.
static inline __attribute__((always_inline)) void prefetch_line(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

// The same, leaving the first cache to what is in it.
static inline __attribute__((always_inline)) void prefetch_line_into_second_cache(
    const void *address) {
  __builtin_prefetch(address, 0, 2);
}

// Tells the processor that the program waits in a loop.
static inline void pause_processor(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// The allocator of the C library, which its Swift module leaves out.
#if defined(__linux__)
#include <malloc.h>
static inline void set_mapping_threshold(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }
static inline void keep_freed_memory(void) { mallopt(M_TRIM_THRESHOLD, 1 << 30); }
#else
static inline void set_mapping_threshold(int bytes) {}
static inline void keep_freed_memory(void) {}
#endif
