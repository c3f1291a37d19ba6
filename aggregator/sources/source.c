#include "source.h"

#include "banned.h"

int source_ask(struct source *s, const struct question *q, struct tally *rows, char why[SOURCE_WHY_MAX])
{
	rows->how = question_how(q);
	s->note[0] = '\0';
	s->empty_until_s = 0;
	return s->ask(s, q, rows, why);
}

int source_explain(struct source *s, const struct question *q, struct buf *out)
{
	return s->explain(s, q, out);
}

void source_close(struct source *s)
{
	if (s)
		s->close(s);
}
