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
static inline hid_t suture_h5p_link_access(void) { return H5P_LINK_ACCESS; }

static inline hid_t suture_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t suture_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t suture_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t suture_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t suture_h5t_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t suture_h5t_c_string(void) { return H5T_C_S1; }

// Refuses to follow a link into another file.
static inline herr_t suture_h5_refuse_external_link(
    const char *parent_file, const char *parent_group, const char *child_file,
    const char *child_object, unsigned *flags, hid_t access, void *data) {
  (void)parent_file, (void)parent_group, (void)child_file, (void)child_object;
  (void)flags, (void)access, (void)data;
  return -1;
}

static inline herr_t suture_h5p_refuse_external_links(hid_t link_access) {
  return H5Pset_elink_cb(link_access, suture_h5_refuse_external_link, NULL);
}

typedef herr_t (*suture_h5_link_visitor)(const char *name, void *context);

struct suture_h5_link_visit {
  suture_h5_link_visitor visitor;
  void *context;
};

static inline herr_t suture_h5_visit_link(
    hid_t group, const char *name, const H5L_info_t *info, void *data) {
  (void)group, (void)info;
  struct suture_h5_link_visit *visit = (struct suture_h5_link_visit *)data;
  return visit->visitor(name, visit->context);
}

// The names of a group's links in ascending order.
static inline herr_t suture_h5l_iterate(
    hid_t group, suture_h5_link_visitor visitor, void *context) {
  struct suture_h5_link_visit visit = {visitor, context};
  hsize_t position = 0;
  return H5Literate(
      group, H5_INDEX_NAME, H5_ITER_INC, &position, suture_h5_visit_link, &visit);
}

// Where the object's header is in its file: equal for hard links to one object.
static inline herr_t suture_h5o_address(hid_t object, haddr_t *address) {
#if H5_VERSION_GE(1, 12, 0)
  H5O_info1_t info;
  herr_t status = H5Oget_info2(object, &info, H5O_INFO_BASIC);
#else
  H5O_info_t info;
  herr_t status = H5Oget_info2(object, &info, H5O_INFO_BASIC);
#endif
  if (status >= 0) *address = info.addr;
  return status;
}
