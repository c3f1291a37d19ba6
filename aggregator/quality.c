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

static void archive_text(const struct quality *q, struct buf *b)
{
	const struct source_days *days = &q->archived;
	char from[TIME_TEXT_MAX];
	char to[TIME_TEXT_MAX];
	if (!days->count) {
		buf_printf(b, "; no day from %s", q->archive);
		return;
	}
	when_unit_text(days->from_s, UNIT_DAY, true, from);
	when_unit_text(days->to_s - 1, UNIT_DAY, true, to);
	buf_printf(b, "; %zu %s from %s, %s to %s UTC%s", days->count, days->count == 1 ? "day" : "days", q->archive, from, to,
		   days->incomplete ? ", the oldest perhaps without its beginning" : "");
}

static struct json_object *archive_json(const struct quality *q)
{
	const struct source_days *days = &q->archived;
	struct json_object *o = json_object_new_object();
	if (json_out_member(o, "file", json_out_text(q->archive)) == 0 &&
	    json_out_member(o, "days", json_object_new_int64((int64_t)days->count)) == 0 &&
	    (days->count ? json_out_member(o, "from", json_out_time(days->from_s)) |
				   json_out_member(o, "to", json_out_time(days->to_s))
			 : json_object_object_add(o, "from", NULL) | json_object_object_add(o, "to", NULL)) == 0 &&
	    json_out_member(o, "incomplete", json_object_new_boolean(days->incomplete)) == 0)
		return o;
	json_object_put(o);
	return NULL;
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
		archive_text(q, b);
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
		r |= json_out_member(o, "archive", archive_json(q));
	if (r == 0)
		return o;
	json_object_put(o);
	return NULL;
}
