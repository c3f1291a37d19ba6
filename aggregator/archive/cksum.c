#include "cksum.h"

#include <stdbool.h>

#include "banned.h"

static const uint32_t POLYNOMIAL = 0x04c11db7;

static const uint32_t *table(void)
{
	static uint32_t values[256];
	static bool filled;
	for (uint32_t n = 0; !filled && n < 256; n++) {
		uint32_t crc = n << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x80000000 ? crc << 1 ^ POLYNOMIAL : crc << 1;
		values[n] = crc;
	}
	filled = true;
	return values;
}

static uint32_t crc_add(uint32_t crc, const unsigned char *data, size_t len)
{
	const uint32_t *values = table();
	for (size_t i = 0; i < len; i++)
		crc = crc << 8 ^ values[crc >> 24 ^ data[i]];
	return crc;
}

void cksum_add(struct cksum *c, const char *data, size_t len)
{
	c->crc = crc_add(c->crc, (const unsigned char *)data, len);
	c->len += len;
}

uint32_t cksum_value(const struct cksum *c)
{
	uint32_t crc = c->crc;
	for (uint64_t len = c->len; len; len >>= 8)
		crc = crc_add(crc, &(unsigned char){(unsigned char)len}, 1);
	return ~crc;
}
