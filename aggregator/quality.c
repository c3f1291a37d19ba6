#include "quality.h"

#include "group.h"
#include "json_out.h"
#include "when.h"

#include "banned.h"

int quality_count(struct quality *q, const struct tally *rows)
{
	struct tally users = {0};
	int result = tally_by(rows, LABEL_BIT(LABEL_USER), &users);
	q->users = users.count;
	q->misses = 0;
	for (size_t i = 0; i < rows->count && result == 0; i++)
		if (is_miss(rows->rows[i].labels[LABEL_VERB]))
			result = count_add(&q->misses, rows->rows[i].count);
	tally_free(&users);
	return result;
}

void quality_text(const struct quality *q, bool utc, struct buf *b)
{
	char time[TIME_TEXT_MAX];
	buf_printf(b, "data: %zu %s reporting, %lld %s", q->users, q->users == 1 ? "user" : "users", (long long)q->misses,
		   q->misses == 1 ? "miss" : "misses");
	if (q->empty_until_s) {
		when_text(q->empty_until_s, utc, time);
		buf_printf(b, ", nothing before %s", time);
	}
	if (q->own.waiting || q->own.dropped)
		buf_printf(b, "; own events: %lld not yet delivered, %lld dropped", (long long)q->own.waiting,
			   (long long)q->own.dropped);
	if (q->archive)
		buf_printf(b, "; %lld %s from the archive, %lld asked", (long long)q->archive_days,
			   q->archive_days == 1 ? "day" : "days", (long long)q->asked_days);
	if (*q->note)
		buf_puts(b, "; with warnings");
}

struct json_object *quality_json(const struct quality *q)
{
	struct json_object *o = json_object_new_object();
	int r = json_out_member(o, "users", json_object_new_int64((int64_t)q->users)) |
		json_out_member(o, "misses", json_object_new_int64(q->misses)) |
		(q->empty_until_s ? json_out_member(o, "empty_until", json_out_time(q->empty_until_s))
				  : json_object_object_add(o, "empty_until", NULL)) |
		json_out_member(o, "undelivered", json_object_new_int64(q->own.waiting)) |
		json_out_member(o, "dropped", json_object_new_int64(q->own.dropped)) |
		(*q->note ? json_out_member(o, "warning", json_out_text(q->note))
			  : json_object_object_add(o, "warning", NULL));
	if (q->archive)
		r |= json_out_member(o, "archived_days", json_object_new_int64(q->archive_days)) |
		     json_out_member(o, "asked_days", json_object_new_int64(q->asked_days));
	if (r == 0)
		return o;
	json_object_put(o);
	return NULL;
}
