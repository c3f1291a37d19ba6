/* The checksum of cksum(1): POSIX's CRC, which every admin can compute. */
#ifndef CKSUM_H
#define CKSUM_H

#include <stddef.h>
#include <stdint.h>

struct cksum {
	uint32_t crc;
	uint64_t len; /* bytes so far */
};

/* Starts from a struct of zeros. */
void cksum_add(struct cksum *c, const char *data, size_t len);
/* What cksum(1) prints in front of the length, for all that was added. */
uint32_t cksum_value(const struct cksum *c);

#endif
