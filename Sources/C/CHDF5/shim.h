// HDF5's constants are macros and global variables that Swift cannot import; functions can.
#pragma once
#include <hdf5.h>
#include <hdf5_hl.h>

static inline unsigned int suture_h5f_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned int suture_h5f_truncate(void) { return H5F_ACC_TRUNC; }
static inline hid_t suture_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t suture_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t suture_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t suture_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }

static inline hid_t suture_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t suture_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t suture_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t suture_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t suture_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t suture_h5t_c_string(void) { return H5T_C_S1; }
